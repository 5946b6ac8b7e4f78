using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Replaces the password in use.</summary>
internal sealed class KeyChangeVerb : Verb
{
    private readonly NewPasswordOptions _password = new();

    private readonly KeyOwnerOptions _owner = new();

    public KeyChangeVerb(VerbContext context)
        : base(context, "passwd", "Change the password that the repository is opened with. Others stay as they are.")
    {
        Add(_password.All);
        Add(_owner.All);
        Examples = [("key passwd", "asks for the password in use and for the new one")];
    }

    protected override async Task<int> RunAsync(VerbRun run)
    {
        await using Repository repository = await run.OpenAsync();
        using Password password = await _password.FindAsync(run);
        Digest key = await repository.ChangePasswordAsync(password.Bytes, _owner.Of(run), run.Token);
        KeyReport.Tell(run, "password_changed", key, $"changed the password; its key is {key.ToShortString()}");
        return ExitCodes.Done;
    }
}
