using System.Text.Json.Nodes;

namespace Backup.TestKit.Dapr;

/// <summary>A job as the scheduler keeps it.</summary>
internal sealed class SchedulerJob
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public string? Schedule { get; init; }

    public string? DueTime { get; init; }

    public string? Ttl { get; init; }

    public int? Repeats { get; init; }

    /// <summary>The callback's body: empty for none.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The data as an answer to GET has it.</summary>
    public JsonNode? DataNode { get; init; }

    public JsonObject? FailurePolicy { get; init; }

    public JobSchedule? Times { get; init; }

    public DateTimeOffset? Next { get; set; }

    public DateTimeOffset? End { get; init; }

    public int Runs { get; set; }

    /// <summary>How many tries follow a failed one; null for any number.</summary>
    public int? Retries => FailurePolicy is null
        ? 3
        : FailurePolicy["constant"] is JsonObject constant
            ? constant["maxRetries"] is JsonValue value ? value.GetValue<int>() : null
            : 0;
}
