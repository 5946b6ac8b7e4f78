using Backup.PowerShell.Output;

namespace Backup.PowerShell.Binding;

/// <summary>A repository as a parameter names it: by a name, a location, or an object.</summary>
public sealed class RepositoryReference
{
    /// <summary>By name or location.</summary>
    public RepositoryReference(string text) => Text = text;

    /// <summary>By itself.</summary>
    public RepositoryReference(BackupRepository repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        Repository = repository;
        Text = repository.Name;
    }

    /// <summary>The name or location.</summary>
    public string Text { get; }

    /// <summary>The object; null where only text was given.</summary>
    public BackupRepository? Repository { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
