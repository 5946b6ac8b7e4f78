using System.Text.Json;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.localstorage: decodes whatever happens to be base64, and lists whole trees by absolute paths.</summary>
public sealed class LocalStorageBinding(string rootPath = "/var/backups") : ObjectBindingDouble
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    public override string Type => "bindings.localstorage";

    public override IReadOnlyList<string> Operations { get; } = ["create", "get", "list", "delete"];

    /// <summary>Another, empty disk is mounted.</summary>
    public void Unmount()
    {
        Clear();
        lock (_directories)
        {
            _directories.Clear();
        }
    }

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        string name = Clean(operation == "create" ? Name(metadata, "fileName") : metadata.GetValueOrDefault("fileName", ""));
        string path = name.Length == 0 ? rootPath : rootPath + "/" + name;
        switch (operation)
        {
            case "create":
                byte[] content = Unquote(data);
                MakeDirectories(name);
                Store(name, Decode(content) ?? content, metadata);
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { fileName = name }));
            case "get":
                return new BindingReply(Read(name) ?? throw new BindingFaultException($"file not found: {path}"));
            case "delete":
                return Remove(name)
                    ? null
                    : throw new BindingFaultException($"error deleting file {path}: remove {path}: no such file or directory");
            default:
                return List(name, path);
        }
    }

    private BindingReply List(string name, string path)
    {
        string[] files = [.. Names.Where(file => name.Length == 0 || file.StartsWith(name + "/", StringComparison.Ordinal)).Select(file => rootPath + "/" + file)];
        if (Read(name) is not null)
        {
            throw new BindingFaultException($"unable to list files as the file specified is not a directory: {path}");
        }

        // A directory is there while a file is in it, or was: one that a removal left empty lists as null.
        if (files.Length == 0 && name.Length > 0 && !HasDirectory(name))
        {
            throw new BindingFaultException($"error getting stats for path {path}: stat {path}: no such file or directory");
        }

        return new BindingReply(files.Length == 0 ? "null"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(files));
    }

    private void MakeDirectories(string name)
    {
        lock (_directories)
        {
            for (int slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
            {
                _directories.Add(name[..slash]);
            }
        }
    }

    private bool HasDirectory(string name)
    {
        lock (_directories)
        {
            return _directories.Contains(name);
        }
    }

    /// <summary>Names are joined to the root and can't leave it.</summary>
    private static string Clean(string name)
    {
        var parts = new List<string>();
        foreach (string part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
