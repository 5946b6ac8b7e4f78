namespace Backup.Engine.Repositories;

/// <summary>What is recorded in a new key file beside the wrapped master key.</summary>
/// <param name="Created">When it is made.</param>
/// <param name="Username">Who makes it.</param>
/// <param name="Hostname">Where it is made.</param>
internal sealed record KeyOptions(Timestamp Created, string Username, string Hostname)
{
    /// <summary>What each try of the password costs.</summary>
    public ScryptCost Cost { get; init; } = ScryptCost.Default;

    /// <summary>Here, by us, now.</summary>
    public static KeyOptions Current(TimeProvider time)
    {
        LockIdentity identity = LockIdentity.Current();
        return new KeyOptions(Timestamp.From(time.GetLocalNow()), identity.Username, identity.Hostname);
    }
}
