using System.Text.Json.Serialization;

namespace Backup.Sidecar.Jobs;

/// <summary>A request that was accepted, with what became of it. This document is what the journal keeps.</summary>
internal sealed record BackupJob
{
    /// <summary>32 hexadecimal digits; made of the sender's key, if there is one, so that the same request has the same id.</summary>
    public required string Id { get; init; }

    public JobState State { get; init; }

    public required JobOperation Operation { get; init; }

    /// <summary>The policy that it is a run of.</summary>
    public string? Policy { get; init; }

    public required string Repository { get; init; }

    public JobDoor Door { get; init; }

    /// <summary>What the sender, or a schedule's time, tells the request by.</summary>
    public string? OperationId { get; init; }

    /// <summary>What was asked for; policies are written out.</summary>
    public required JobRequest Request { get; init; }

    public DateTimeOffset Accepted { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often it was begun: more than once after interruptions.</summary>
    public int Attempts { get; init; }

    /// <summary>The application that it has asked to hold still and not yet told to go on, or could not.</summary>
    public string? Quiesced { get; init; }

    public JobProgress? Progress { get; init; }

    public JobResult? Result { get; init; }

    public JobError? Error { get; init; }

    /// <summary>The W3C trace context of who asked.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What others may see: without the content that the request brought along.</summary>
    public BackupJob WithoutContent() => this with { Request = Request.WithoutContent() };

    /// <summary>Whether nothing can happen to it any more.</summary>
    [JsonIgnore]
    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}
