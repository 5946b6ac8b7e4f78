using Backup.Engine;

namespace Backup.Storage.S3;

/// <summary>Amazon S3 and the many services that speak its protocol, as places for repositories.</summary>
public static class S3Storage
{
    /// <summary>What the engine has to know about locations that begin with <c>s3:</c>.</summary>
    public static BackendKind Kind { get; } = new(Open, S3Location.Display)
    {
        IsDistant = true,
        Settings = S3Options.Names,
    };

    private static S3Backend Open(string place, RepositoryOptions options)
    {
        S3Location location = S3Location.Parse(place);
        return new S3Backend(
            location,
            S3Options.Of(options.Connection),
            S3HttpClientFactory.Create(location, options.Connection, options.Time),
            options.Time);
    }
}
