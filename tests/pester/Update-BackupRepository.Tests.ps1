BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-BackupRepository ./backup -Password $Password -FormatVersion 1 | Out-Null
    Invoke-Backup ./documents | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Update-BackupRepository' {
    It 'changes nothing with -WhatIf, but says what it would' {
        $state = Get-State ./backup
        $result = Update-BackupRepository -WhatIf
        $result | Should -BeOfType 'Backup.PowerShell.Output.UpdateResult'
        $result.IsDryRun | Should -BeTrue
        $result.HasChanges | Should -BeTrue
        $result.PreviousVersion | Should -Be 1
        $result.FormatVersion | Should -Be 2
        Get-State ./backup | Should -Be $state
    }

    It 'asks by default' {
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Update-BackupRepository -Repository '$Sandbox/backup'" 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 1
        (Connect-BackupRepository ./backup -Password $Password).FormatVersion | Should -Be 1
    }

    It 'changes nothing in a repository that is damaged' {
        Copy-Item -LiteralPath ./backup -Destination ./damaged -Recurse
        Get-ChildItem -Path ./damaged/data -Recurse -File | Select-Object -First 1 | Remove-Item -Force
        $problem = { Update-BackupRepository -Repository ./damaged -Password $Password -Confirm:$false } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryDamaged'
    }

    It 'updates, after a check' {
        $result = Update-BackupRepository -Confirm:$false
        $result.IsDryRun | Should -BeFalse
        $result.FormatVersion | Should -Be 2
        (Get-BackupRepository -Connected | Where-Object IsDefault).FormatVersion | Should -Be 2
        (Connect-BackupRepository ./backup -Password $Password -NotDefault).FormatVersion | Should -Be 2
        Optimize-BackupRepository -RepackUncompressed | Out-Null
        Test-BackupRepository -ReadData | Should -BeTrue
    }

    It 'has nothing to do the second time, and does not ask' {
        (Update-BackupRepository).HasChanges | Should -BeFalse
    }
}
