namespace Backup.Sidecar.Configuration;

/// <summary>The configuration can't be used; the message says where and why.</summary>
internal sealed class ConfigurationException : Exception
{
    public ConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
