using System.Collections.ObjectModel;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace Backup.PowerShell.Binding;

/// <summary>Turns the paths that people write into those of the file system. What is not there is an error of its own; the rest goes on.</summary>
internal sealed class SourcePaths(BackupCommand cmdlet)
{
    /// <summary>The files and folders that paths with wildcards stand for.</summary>
    public IEnumerable<string> Expand(string path)
    {
        try
        {
            Collection<string> found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            if (IsFileSystem(provider, path))
            {
                return found;
            }
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            Report(path, exception);
        }

        return [];
    }

    /// <summary>The file or folder of a path without wildcards; null if it is not there.</summary>
    public string? Literal(string path)
    {
        try
        {
            string found = Unresolved(path);
            if (Path.Exists(found) || new FileInfo(found).LinkTarget is not null)
            {
                return found;
            }

            Report(path, new ItemNotFoundException($"Cannot find path '{found}' because it does not exist."));
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            Report(path, exception);
        }

        return null;
    }

    /// <summary>The place of a file or folder that need not be there; if it can't be in the file system, the cmdlet ends.</summary>
    public string Target(string path)
    {
        string target = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.ImplementingType != typeof(FileSystemProvider))
        {
            cmdlet.Refuse("PathNotFileSystem", ErrorCategory.InvalidArgument, Elsewhere(path, provider), path);
        }

        return target;
    }

    private static bool IsMissing(Exception exception) =>
        exception is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException
            or PSArgumentException or IOException or UnauthorizedAccessException;

    private static string Elsewhere(string path, ProviderInfo provider) =>
        $"«{path}» is a path of the provider {provider.Name}, not of the file system. Write an absolute path, or FileSystem:: before it.";

    private string Unresolved(string path)
    {
        string found = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.ImplementingType == typeof(FileSystemProvider)
            ? found
            : throw new PSArgumentException(Elsewhere(path, provider));
    }

    private bool IsFileSystem(ProviderInfo provider, string path)
    {
        if (provider.ImplementingType == typeof(FileSystemProvider))
        {
            return true;
        }

        cmdlet.Fail(ErrorMap.Of(
            new CommandException("PathNotFileSystem", ErrorCategory.InvalidArgument, Elsewhere(path, provider)), path));
        return false;
    }

    private void Report(string path, Exception exception) => cmdlet.Fail(exception is PSArgumentException
        ? new Fault(exception, "PathNotFileSystem", ErrorCategory.InvalidArgument, path, null)
        : new Fault(exception, "SourceNotFound", ErrorCategory.ObjectNotFound, path, null));
}
