using Backup.Engine;

namespace Backup.TestKit;

/// <summary>A call that a backend received.</summary>
/// <param name="Operation">Which member was called.</param>
/// <param name="File">For which file; a listing has only the kind, a creation the config file.</param>
public readonly record struct BackendCall(BackendOperation Operation, FileHandle File);
