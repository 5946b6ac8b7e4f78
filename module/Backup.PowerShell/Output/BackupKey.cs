using Backup.Engine;

namespace Backup.PowerShell.Output;

/// <summary>A key of a repository: a password's way to what is in it. The password itself is nowhere.</summary>
public sealed class BackupKey
{
    internal BackupKey(KeyInfo key, string repository)
    {
        KeyId = key.Id.ToString();
        ShortId = key.Id.ToShortString();
        UserName = key.Username;
        HostName = key.Hostname;
        Created = key.Damage is null ? key.Created.ToDateTimeOffset() : null;
        IsCurrent = key.IsCurrent;
        Damage = key.Damage;
        Repository = repository;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string KeyId { get; }

    /// <summary>The first eight of them.</summary>
    public string ShortId { get; }

    /// <summary>Who made it.</summary>
    public string UserName { get; }

    /// <summary>Where it was made.</summary>
    public string HostName { get; }

    /// <summary>When it was made; null if its file is damaged.</summary>
    public DateTimeOffset? Created { get; }

    /// <summary>Whether the repository was opened with it.</summary>
    public bool IsCurrent { get; }

    /// <summary>Why its file can't be used; else null.</summary>
    public string? Damage { get; }

    /// <summary>Where the repository is.</summary>
    public string Repository { get; }

    /// <inheritdoc/>
    public override string ToString() => ShortId;
}
