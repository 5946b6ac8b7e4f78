namespace Backup.Sidecar.Jobs;

/// <summary>The journal of jobs could not be read or written.</summary>
internal sealed class JournalException(string message, Exception innerException) : Exception(message, innerException);
