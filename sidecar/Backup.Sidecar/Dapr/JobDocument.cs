using System.Buffers;
using System.Text.Json;

namespace Backup.Sidecar.Dapr;

/// <summary>A job as daprd's HTTP API writes it.</summary>
internal static class JobDocument
{
    public static ReadOnlyMemory<byte> Write(DaprJob job)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteText(writer, "schedule", job.Schedule);
        WriteText(writer, "dueTime", job.DueTime);
        if (job.Repeats is { } repeats)
        {
            writer.WriteNumber("repeats", repeats);
        }

        WriteText(writer, "ttl", job.Ttl);
        if (job.Data is { } data)
        {
            writer.WritePropertyName("data");
            data.WriteTo(writer);
        }

        if (job.Overwrite)
        {
            writer.WriteBoolean("overwrite", true);
        }

        if (job.FailurePolicy is { } policy)
        {
            WritePolicy(writer, policy);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static DaprJob Read(JsonElement job) => new()
    {
        Schedule = DaprJson.Text(job, "schedule"),
        DueTime = DaprJson.Text(job, "dueTime"),
        Repeats = job.TryGetProperty("repeats", out JsonElement repeats) ? repeats.GetInt32() : null,
        Ttl = DaprJson.Text(job, "ttl"),
        Data = ReadData(job),
        FailurePolicy = ReadPolicy(job),
    };

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WritePolicy(Utf8JsonWriter writer, JobFailurePolicy policy)
    {
        writer.WriteStartObject("failurePolicy");
        writer.WriteStartObject(policy.Interval is null ? "drop" : "constant");
        if (policy.Interval is { } interval)
        {
            writer.WriteString("interval", interval);
            if (policy.MaxRetries is { } retries)
            {
                writer.WriteNumber("maxRetries", retries);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Data scheduled over HTTP comes back within the wrapper that gRPC puts around it.</summary>
    private static JsonElement? ReadData(JsonElement job)
    {
        if (!job.TryGetProperty("data", out JsonElement data))
        {
            return null;
        }

        return (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("@type", out _)
            && data.TryGetProperty("value", out JsonElement value) ? value : data).Clone();
    }

    private static JobFailurePolicy? ReadPolicy(JsonElement job)
    {
        if (!job.TryGetProperty("failurePolicy", out JsonElement policy))
        {
            return null;
        }

        return policy.TryGetProperty("constant", out JsonElement constant)
            ? new JobFailurePolicy(
                DaprJson.Text(constant, "interval") ?? "0s",
                constant.TryGetProperty("maxRetries", out JsonElement retries) ? retries.GetInt32() : null)
            : new JobFailurePolicy();
    }
}
