BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Register-BackupRepository home ./backup -PasswordFile ./password
    Disconnect-BackupRepository -All
    $readme = Get-Content -LiteralPath "$Root/README.md" -Raw
    $script:nightly = [regex]::Match($readme, '(?s)A backup for every night.*?```powershell\n(.*?)\n```').Groups[1].Value
}

AfterAll {
    Exit-Sandbox
}

Describe 'The nightly script of the README' {
    It 'has fewer than ten lines' {
        $nightly.Split("`n").Count | Should -BeIn (3..9)
    }

    It 'runs as printed' -Skip:($IsWindows) {
        Set-Content -LiteralPath ./nightly.ps1 -Value $nightly
        $saved = $env:HOME, $env:PSModulePath
        $env:HOME, $env:PSModulePath = $Sandbox, ((Get-ModuleFolder) + [IO.Path]::PathSeparator + $env:PSModulePath)
        try {
            $output = pwsh -NoProfile -NonInteractive -File ./nightly.ps1 2>&1 | Out-String
            $code = $LASTEXITCODE
        }
        finally {
            $env:HOME, $env:PSModulePath = $saved
        }

        # Not everybody may read all of /etc.
        $code | Should -BeIn ([Environment]::IsPrivilegedProcess ? @(0) : @(0, 3)) -Because $output
        $output | Should -Match 'IsSound\s*:.*True'
        $snapshot = Get-BackupSnapshot -Repository home
        $snapshot.Tags | Should -Be 'nightly'
        $snapshot.Paths | Should -Be "$Sandbox/documents", '/etc'
        (Get-BackupItemContent latest "$Sandbox/documents/notes.txt" -Repository home) | Should -Be 'ä note'
    }
}
