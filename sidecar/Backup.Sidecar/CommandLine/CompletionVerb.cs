using System.CommandLine;

namespace Backup.Sidecar.CommandLine;

/// <summary>Prints what makes a shell complete our command lines.</summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh, fish or pwsh", HelpName = "SHELL" };

    public CompletionVerb(VerbContext context)
        : base(context, "completion", "Print a script that lets a shell complete commands and options.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        Arguments.Add(_shell);
        Examples =
        [
            ("completion bash > /etc/bash_completion.d/backup-sidecar", "for all users of bash"),
            ("completion zsh > ~/.zfunc/_backup-sidecar", "for zsh, in a folder of its fpath"),
            ("completion fish > ~/.config/fish/completions/backup-sidecar.fish", "for fish"),
            ("completion pwsh >> $PROFILE", "for PowerShell"),
        ];
    }

    protected override Task<int> RunAsync(VerbRun run)
    {
        run.Out.Write(run.Value(_shell) switch
        {
            "bash" => CompletionScripts.Bash,
            "zsh" => CompletionScripts.Zsh,
            "fish" => CompletionScripts.Fish,
            _ => CompletionScripts.PowerShell,
        });
        return Task.FromResult(ExitCodes.Done);
    }
}
