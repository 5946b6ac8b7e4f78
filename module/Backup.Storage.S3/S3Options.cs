using System.Globalization;
using Amazon.S3;
using Backup.Engine;
using Backup.Engine.Storage;

namespace Backup.Storage.S3;

/// <summary>The settings named <c>s3.…</c>.</summary>
internal sealed record S3Options
{
    private const string Scheme = "s3.";

    private const int DefaultPartSize = 64 << 20;

    /// <summary>Their names, without the kind's.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "access-key-id", "bucket-lookup", "connections", "list-objects-v1", "object-lock-days", "object-lock-mode", "profile",
        "region", "secret-access-key", "session-token", "sse", "sse-kms-key-id", "storage-class", "unsafe-anonymous-auth",
    ];

    /// <summary>How many calls may run at once.</summary>
    public int Connections { get; init; } = 5;

    /// <summary>Up to this size an object is sent at once, larger ones in parts of it. Services want 5 MiB at least.</summary>
    public int PartSizeInBytes { get; init; } = DefaultPartSize;

    /// <summary>The region that requests are signed for; null: the environment's, else the service is asked.</summary>
    public string? Region { get; init; }

    /// <summary>How requests name the bucket.</summary>
    public S3BucketLookup BucketLookup { get; init; }

    /// <summary>The class in which objects are stored; null: the bucket's.</summary>
    public S3StorageClass? StorageClass { get; init; }

    /// <summary>List by the first version of the protocol's call, for services that don't know the second.</summary>
    public bool ListObjectsV1 { get; init; }

    /// <summary>Sign nothing: for buckets that are open to everybody.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>How the service encrypts what it stores, on top of what we encrypt; null: as the bucket says.</summary>
    public ServerSideEncryptionMethod? Encryption { get; init; }

    /// <summary>The service's key for that; null: its default one.</summary>
    public string? EncryptionKeyId { get; init; }

    /// <summary>Whether files are locked against removal, and how strictly; null: as the bucket says.</summary>
    public ObjectLockMode? LockMode { get; init; }

    /// <summary>For how long they are.</summary>
    public TimeSpan LockTime { get; init; }

    /// <summary>The AWS profile that has the credentials; null: the standard chain finds them.</summary>
    public string? Profile { get; init; }

    /// <summary>Credentials that a program gives; null: the standard chain finds them.</summary>
    public (string KeyId, string Secret, string? Token)? Credentials { get; init; }

    /// <summary>Takes them from the settings of a connection; those of other kinds are passed over.</summary>
    /// <exception cref="ArgumentException">One makes no sense.</exception>
    public static S3Options Of(ConnectionOptions connection)
    {
        IReadOnlyDictionary<string, string> settings = connection.Settings;
        string? days = Text(settings, "object-lock-days");
        string? mode = Text(settings, "object-lock-mode");
        if ((days is null) != (mode is null))
        {
            throw new ArgumentException("s3.object-lock-mode and s3.object-lock-days belong together: how strictly, and for how long.");
        }

        var encryption = Choice(settings, "sse", "AES256", "aws:kms", "aws:kms:dsse");
        string? keyId = Text(settings, "sse-kms-key-id");
        if (keyId is not null && encryption is null or "AES256")
        {
            throw new ArgumentException("s3.sse-kms-key-id needs s3.sse=aws:kms or aws:kms:dsse: other encryption takes no such key.");
        }

        return new S3Options
        {
            Connections = BackendSettings.Connections(connection, Scheme + "connections"),
            Region = Text(settings, "region"),
            BucketLookup = Enum.Parse<S3BucketLookup>(Choice(settings, "bucket-lookup", "auto", "dns", "path") ?? "auto", ignoreCase: true),
            StorageClass = StorageClassOf(Text(settings, "storage-class")),
            ListObjectsV1 = Truth(settings, "list-objects-v1"),
            IsAnonymous = Truth(settings, "unsafe-anonymous-auth"),
            Encryption = encryption is null ? null : ServerSideEncryptionMethod.FindValue(encryption),
            EncryptionKeyId = keyId,
            LockMode = Choice(settings, "object-lock-mode", "governance", "compliance") is { } name
                ? ObjectLockMode.FindValue(name.ToUpperInvariant())
                : null,
            LockTime = TimeSpan.FromDays(Number(settings, "object-lock-days", 1, 36_500) ?? 0),
            Profile = Text(settings, "profile"),
            Credentials = CredentialsOf(settings),
        };
    }

    private static (string, string, string?)? CredentialsOf(IReadOnlyDictionary<string, string> settings)
    {
        string? keyId = Text(settings, "access-key-id");
        string? secret = Text(settings, "secret-access-key");
        string? token = Text(settings, "session-token");
        return (keyId, secret) switch
        {
            ({ } id, { } key) => (id, key, token),
            (null, null) when token is null => null,
            _ => throw new ArgumentException("s3.access-key-id and s3.secret-access-key belong together: give both or neither."),
        };
    }

    private static S3StorageClass? StorageClassOf(string? name)
    {
        if (name is null)
        {
            return null;
        }

        name = name.ToUpperInvariant();
        return name is "GLACIER" or "DEEP_ARCHIVE"
            ? throw new ArgumentException(
                $"s3.storage-class={name} can't be read at once, which every backup has to: the packs also hold the directories. "
                    + "GLACIER_IR can, for hardly more.")
            : S3StorageClass.FindValue(name);
    }

    private static string? Text(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.TryGetValue(Scheme + name, out string? value) && value.Length > 0 ? value : null;

    private static string? Choice(IReadOnlyDictionary<string, string> settings, string name, params string[] choices) =>
        Text(settings, name) is not { } value ? null
            : choices.FirstOrDefault(choice => choice.Equals(value, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"{Scheme}{name} is one of {string.Join(", ", choices)}.");

    private static int? Number(IReadOnlyDictionary<string, string> settings, string name, int least, int most) =>
        Text(settings, name) is not { } value ? null
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Scheme}{name} is a number from {least} to {most}."));

    private static bool Truth(IReadOnlyDictionary<string, string> settings, string name) => Text(settings, name)?.ToLowerInvariant() switch
    {
        null or "false" or "0" or "f" => false,
        "true" or "1" or "t" => true,
        _ => throw new ArgumentException($"{Scheme}{name} is true or false."),
    };
}
