namespace Backup.TestKit.Files;

/// <summary>What a file is: the bits of <c>st_mode</c> that say so.</summary>
public enum PosixKind
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    File = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}
