namespace Backup.Engine;

/// <summary>
/// Permissions and kind of an item in letters, as restic prints them: Go's letters for what is not plain
/// (<c>d</c> directory, <c>L</c> link, <c>D</c> device, <c>c</c> character device, <c>p</c> pipe, <c>S</c> socket,
/// <c>u</c> setuid, <c>g</c> setgid, <c>t</c> sticky), then <c>rwxrwxrwx</c>.
/// </summary>
public static class ModeText
{
    // From the highest bit on: what Go's fs.FileMode gives each of them.
    private const string Kinds = "dalTLDpSugct?";
    private const string Permissions = "rwxrwxrwx";
    private const uint Directory = 1u << 31;
    private const uint Symlink = 1u << 27;
    private const uint Device = 1u << 26;
    private const uint NamedPipe = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint CharacterDevice = 1u << 21;

    /// <summary>The letters of a mode.</summary>
    public static string Of(uint mode)
    {
        Span<char> text = stackalloc char[Kinds.Length + Permissions.Length];
        int length = 0;
        for (int i = 0; i < Kinds.Length; i++)
        {
            if ((mode & (1u << (31 - i))) != 0)
            {
                text[length++] = Kinds[i];
            }
        }

        if (length == 0)
        {
            text[length++] = '-';
        }

        for (int i = 0; i < Permissions.Length; i++)
        {
            text[length++] = (mode & (1u << (8 - i))) != 0 ? Permissions[i] : '-';
        }

        return new string(text[..length]);
    }

    /// <summary>The letters of an item, whose mode may lack the kind.</summary>
    public static string Of(Node node) => Of(node.Mode | node.Type switch
    {
        NodeType.Directory => Directory,
        NodeType.Symlink => Symlink,
        NodeType.BlockDevice => Device,
        NodeType.CharacterDevice => Device | CharacterDevice,
        NodeType.Fifo => NamedPipe,
        NodeType.Socket => Socket,
        _ => 0,
    });
}
