namespace Backup.Sidecar.CommandLine;

/// <summary>
/// What a shell runs to complete a command line: it asks the program itself, with the directive <c>[suggest:N]</c> (N
/// being where the cursor is), and leaves paths to the shell where the program knows nothing.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash =
        """
        # bash completion for backup-sidecar
        _backup_sidecar() {
            local current="${COMP_WORDS[COMP_CWORD]}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(backup-sidecar "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$current"))
        }
        complete -o default -F _backup_sidecar backup-sidecar

        """;

    public const string Zsh =
        """
        #compdef backup-sidecar
        # zsh completion for backup-sidecar
        _backup_sidecar() {
            local -a suggestions
            suggestions=("${(@f)$(backup-sidecar "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            if [[ -n "${suggestions[1]}" ]] && compadd -- "${suggestions[@]}"; then
                return
            fi
            _files
        }
        if [[ "${funcstack[1]}" == "_backup-sidecar" ]]; then
            _backup_sidecar "$@"
        else
            compdef _backup_sidecar backup-sidecar
        fi

        """;

    public const string Fish =
        """
        # fish completion for backup-sidecar
        function __backup_sidecar_complete
            set -l line (commandline -cp)
            backup-sidecar "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c backup-sidecar -a '(__backup_sidecar_complete)'

        """;

    public const string PowerShell =
        """
        # PowerShell completion for backup-sidecar
        Register-ArgumentCompleter -Native -CommandName backup-sidecar -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            backup-sidecar "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;
}
