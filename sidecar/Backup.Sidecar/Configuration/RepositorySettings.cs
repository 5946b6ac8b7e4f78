namespace Backup.Sidecar.Configuration;

/// <summary>A repository that requests may name.</summary>
internal sealed record RepositorySettings
{
    /// <summary>Where it is, in restic's syntax.</summary>
    public string Location { get; set; } = "";

    /// <summary>The password itself; better one of the next two.</summary>
    public string? Password { get; init; }

    /// <summary>A file with the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A program that prints the password, run without a shell.</summary>
    public string? PasswordCommand { get; init; }

    /// <summary>A secret of Dapr that is the password.</summary>
    public SecretReference? PasswordSecret { get; init; }

    /// <summary>Create it when it is used first and is not there.</summary>
    public bool Create { get; init; }

    /// <summary>Size of its files in MiB, 4 … 128.</summary>
    public int PackSize { get; set; } = 16;

    /// <summary><c>off</c>, <c>fastest</c>, <c>auto</c>, <c>better</c> or <c>max</c>.</summary>
    public string Compression { get; set; } = "auto";

    /// <summary>How long a job waits for others to finish; by default longer than the lock of a process that died is respected.</summary>
    public TimeSpan RetryLock { get; set; } = TimeSpan.FromMinutes(35);

    // A record would print its members, and the password is one of them.
    public override string ToString() => Location;
}
