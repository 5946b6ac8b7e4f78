using System.Text.Json;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.sftp: keeps quotes, and lists one directory by base names.</summary>
public sealed class SftpBinding(string rootPath = "upload") : ObjectBindingDouble
{
    public override string Type => "bindings.sftp";

    public override IReadOnlyList<string> Operations { get; } = ["create", "get", "delete", "list"];

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        string name = metadata.GetValueOrDefault("fileName", "").Trim('/');
        string path = rootPath + "/" + name;
        switch (operation)
        {
            case "create":
                Store(name, data, metadata);
                string baseName = name[(name.LastIndexOf('/') + 1)..];
                return new BindingReply(JsonSerializer.SerializeToUtf8Bytes(new { fileName = baseName }))
                {
                    Metadata = new Dictionary<string, string> { ["fileName"] = baseName },
                };
            case "get":
                return new BindingReply(Read(name) ?? throw new BindingFaultException($"sftp binding error: error reading file {path}: file does not exist"));
            case "delete":
                return Remove(name) ? null : throw new BindingFaultException($"sftp binding error: error remove file {path}: file does not exist");
            default:
                return List(name, path);
        }
    }

    /// <summary>A directory is there while something is in it.</summary>
    private BindingReply List(string name, string path)
    {
        string start = name.Length == 0 ? "" : name + "/";
        string[] below = [.. Names.Where(file => file.StartsWith(start, StringComparison.Ordinal)).Select(file => file[start.Length..])];
        return below.Length == 0 && name.Length > 0
            ? throw new BindingFaultException($"sftp binding error: error read dir {path}: file does not exist")
            : new BindingReply(JsonSerializer.SerializeToUtf8Bytes(below
                .Select(file => (Name: file.Split('/')[0], IsDirectory: file.Contains('/')))
                .Distinct()
                .Select(entry => new { fileName = entry.Name, isDirectory = entry.IsDirectory })));
    }
}
