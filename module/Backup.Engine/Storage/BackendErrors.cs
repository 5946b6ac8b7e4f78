using System.Globalization;

namespace Backup.Engine.Storage;

/// <summary>The errors that all backends word alike.</summary>
internal static class BackendErrors
{
    /// <summary>The file is not there.</summary>
    public static BackendFileNotFoundException NotFound(FileHandle file, string location, Exception? cause = null) =>
        new($"The repository {location} has no file {file}. If it should have one, run a check.", cause);

    /// <summary>The file is there already.</summary>
    public static BackendFileExistsException Exists(FileHandle file, string location, Exception? cause = null) =>
        new($"The repository {location} has a file {file} already; it was left as it is.", cause);

    /// <summary>Refuses a file that is too long to be what it should be.</summary>
    public static void ThrowIfLonger(FileHandle file, long length, int maxLength)
    {
        if (length > maxLength)
        {
            throw new RepositoryDamagedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The file {file} has {length:N0} bytes, more than the {maxLength:N0} that such a file can have. Run a check."));
        }
    }

    /// <summary>Refuses to read behind a file's end.</summary>
    public static void ThrowIfRangeOutside(FileHandle file, long fileLength, long offset, int length)
    {
        if (offset > fileLength - length)
        {
            throw TooShort(file, fileLength, offset, length);
        }
    }

    /// <summary>The file ends before the part that was to be read does.</summary>
    public static RepositoryDamagedException TooShort(FileHandle file, long fileLength, long offset, int length) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The file {file} has {fileLength:N0} bytes, but {length:N0} bytes at offset {offset:N0} are needed: it was cut short. Run a check."));
}
