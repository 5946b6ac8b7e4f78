namespace Backup.Sidecar.Jobs;

/// <summary>Tells this replica of the service from others, also after a restart: it is kept beside the journal.</summary>
/// <param name="Value">32 hexadecimal digits.</param>
internal sealed record ReplicaName(string Value)
{
    /// <summary>The name that is in the folder, or a new one.</summary>
    public static ReplicaName Of(string folder)
    {
        string file = Path.Combine(folder, "replica");
        try
        {
            if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: 32 } known)
            {
                return new ReplicaName(known);
            }

            var name = new ReplicaName(Guid.NewGuid().ToString("N"));
            File.WriteAllText(file, name.Value);
            return name;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The file {file} can't be read or written: {exception.Message}", exception);
        }
    }
}
