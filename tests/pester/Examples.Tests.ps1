BeforeDiscovery {
    . $PSScriptRoot/common.ps1
    $scripts = Get-ChildItem -Path (Join-Path -Path $Root -ChildPath 'module/help/examples/*.ps1') | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
    $commands = foreach ($file in Get-ChildItem -Path (Join-Path -Path $Root -ChildPath 'module/help/examples/*.yml')) {
        foreach ($match in [regex]::Matches((Get-Content -LiteralPath $file.FullName -Raw), '(Invoke-Backup [^\n]+)')) {
            @{ Name = $file.Name; Line = $match.Value.TrimEnd(';') }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'The script <Name>' -ForEach $scripts {
    It 'can be parsed' {
        $errors = $null
        [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $errors) | Out-Null
        $errors | Should -BeNullOrEmpty
    }
}

Describe 'The workflow <Name>' -ForEach $commands {
    It 'uses parameters that there are' {
        $line = $Line -replace '\$\{\{.*?\}\}|\$\([A-Za-z.]+\)', 'x'
        $ast = [Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $null)
        $known = (Get-Command -Name Invoke-Backup).Parameters.Keys
        $ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandParameterAst] }, $true).ParameterName |
            Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }
}

Describe 'The nightly script' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
        Disconnect-BackupRepository -All
        $folder = Get-ModuleFolder
        $script:command = "`$PSStyle.OutputRendering = 'PlainText'; `$env:PSModulePath = '$folder' + [IO.Path]::PathSeparator + `$env:PSModulePath; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; & '$Root/module/help/examples/nightly.ps1' -Repository '$Sandbox/backup' -Path {0}; exit `$LASTEXITCODE"
    }
    AfterAll { Exit-Sandbox }

    It 'backs up, removes, checks and reports' {
        $output = pwsh -NoProfile -NonInteractive -Command ($command -f "'$Sandbox/documents'") | Out-String
        $LASTEXITCODE | Should -Be 0
        $output | Should -Match 'Status\s*:\s*Succeeded'
        $output | Should -Match 'IsSound\s*:\s*True'
    }

    It 'tells by its exit code that something could not be read' {
        pwsh -NoProfile -NonInteractive -Command ($command -f "'$Sandbox/documents', '$Sandbox/nowhere'") 2>$null | Out-Null
        $LASTEXITCODE | Should -Be 3
    }
}
