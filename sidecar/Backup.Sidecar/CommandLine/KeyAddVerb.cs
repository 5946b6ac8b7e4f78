using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Adds a password.</summary>
internal sealed class KeyAddVerb : Verb
{
    private readonly NewPasswordOptions _password = new();

    private readonly KeyOwnerOptions _owner = new();

    public KeyAddVerb(VerbContext context)
        : base(context, "add", "Add a password: the repository can be opened with it, and with the others as before.")
    {
        Add(_password.All);
        Add(_owner.All);
        Examples =
        [
            ("key add", "asks for the new password"),
            ("key add --new-password-file /etc/backup2.pw", "takes it from a file"),
        ];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        using Password password = await _password.FindAsync(run);
        Digest key = await repository.AddKeyAsync(password.Bytes, _owner.Of(run), run.Token);
        KeyReport.Tell(run, "key_added", key, $"added key {key.ToShortString()}");
        return ExitCodes.Done;
    }
}
