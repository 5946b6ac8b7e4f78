using System.Text;
using Backup.Engine;

namespace Backup.Sidecar.Dapr.Destinations;

/// <summary>
/// What a register says: which files there are, and of which there may be parts although they are not there, since they are being
/// saved or removed, or somebody was interrupted at it.
/// </summary>
/// <remarks>A line for each: its label; before it a <c>?</c> if it is being saved, a <c>-</c> if it is being removed.</remarks>
internal sealed class StateRegister
{
    private const char Coming = '?';
    private const char Going = '-';

    private readonly HashSet<PartedFile> _coming = [];
    private readonly HashSet<PartedFile> _going = [];

    /// <summary>The files that are there.</summary>
    public Dictionary<FileHandle, PartedFile> Files { get; } = [];

    /// <summary>Those whose parts may be there all the same.</summary>
    public IEnumerable<PartedFile> Unlabelled => _coming.Concat(_going);

    /// <summary>Reads it.</summary>
    /// <returns>Null: a line makes no sense.</returns>
    public static StateRegister? TryParse(FileKind kind, ReadOnlySpan<byte> document)
    {
        var register = new StateRegister();
        foreach (string line in Encoding.ASCII.GetString(document).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (PartedFile.TryParse(kind, line.AsSpan().TrimStart([Coming, Going])) is not { } file)
            {
                return null;
            }

            switch (line[0])
            {
                case Coming:
                    register._coming.Add(file);
                    break;
                case Going:
                    register._going.Add(file);
                    break;
                default:
                    register.Files[file.Handle] = file;
                    break;
            }
        }

        return register;
    }

    /// <summary>As it is stored.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Join('\n',
    [
        .. Files.Values.Select(file => file.Label), .. _coming.Select(file => Coming + file.Label), .. _going.Select(file => Going + file.Label),
    ]));

    /// <summary>Its parts will be stored.</summary>
    /// <returns>False: there is such a file already.</returns>
    public bool TryAnnounce(PartedFile file)
    {
        if (Files.ContainsKey(file.Handle))
        {
            return false;
        }

        _coming.Add(file);
        return true;
    }

    /// <summary>Its parts are stored: it is there from now on, or is already.</summary>
    /// <returns>False: another one of the same name is.</returns>
    /// <exception cref="DaprException">It was taken for one that nobody saves any more.</exception>
    public bool TryLabel(PartedFile file)
    {
        if (Files.TryGetValue(file.Handle, out PartedFile? there))
        {
            return there == file;
        }

        Files[file.Handle] = _coming.Remove(file) ? file : throw new DaprException(
            $"Saving the file {file.Handle} took so long that its parts were removed as those of an interrupted upload.");
        return true;
    }

    /// <summary>It is there no more; its parts will be removed.</summary>
    /// <returns>False: it was not there.</returns>
    public bool TryUnlabel(PartedFile file)
    {
        if (_going.Contains(file))
        {
            return true;
        }

        return Files.TryGetValue(file.Handle, out PartedFile? there) && there == file && Files.Remove(file.Handle) && _going.Add(file);
    }

    /// <summary>It will never be there; its parts will be removed.</summary>
    /// <returns>False: it is there by now, or nothing of it is.</returns>
    public bool TryDisown(PartedFile file) => _going.Contains(file) || (_coming.Remove(file) && _going.Add(file));

    /// <summary>Nothing of it is there any more.</summary>
    /// <returns>False: that was known.</returns>
    public bool TryForget(PartedFile file) => _coming.Remove(file) | _going.Remove(file);
}
