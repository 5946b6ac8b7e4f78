namespace Backup.Sidecar.Jobs;

/// <summary>What somebody wants done. The same document comes in by REST, in events and in policies.</summary>
internal sealed record JobRequest
{
    /// <summary>What to do; may be left out where one of the parts below says it.</summary>
    public JobOperation? Operation { get; init; }

    /// <summary>The sender's own id of this request: sent twice, it is done once.</summary>
    public string? OperationId { get; init; }

    /// <summary>The policy to run. Nothing else may be given then.</summary>
    public string? Policy { get; init; }

    /// <summary>The name of a configured repository; may be left out where there is only one.</summary>
    public string? Repository { get; init; }

    public BackupRequest? Backup { get; init; }

    public RestoreRequest? Restore { get; init; }

    public CheckRequest? Check { get; init; }

    public ForgetRequest? Forget { get; init; }

    /// <summary>The request without the content that it brought along.</summary>
    public JobRequest WithoutContent() => Backup is not { } backup || backup.Sources.All(source => source.Payload is null)
        ? this
        : this with
        {
            Backup = backup with
            {
                Sources =
                [
                    .. backup.Sources.Select(source => source.Payload is { } payload
                        ? source with { Payload = payload with { Text = null, Base64 = null } }
                        : source),
                ],
            },
        };
}
