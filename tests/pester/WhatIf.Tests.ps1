BeforeDiscovery {
    # One way to use each cmdlet that changes something, and what it says that it would do.
    $ways = [ordered]@{
        'Copy-BackupSnapshot'         = { Copy-BackupSnapshot -DestinationRepository ./other }
        'Dismount-BackupRepository'   = { Dismount-BackupRepository }
        'Edit-BackupSnapshot'         = { Edit-BackupSnapshot latest -Exclude *.txt -RemoveReplaced }
        'Export-BackupItem'           = { Export-BackupItem latest / ./export.tar }
        'Invoke-Backup'               = { Invoke-Backup ./documents -Tag new }
        'Mount-BackupRepository'      = { Mount-BackupRepository Second }
        'New-BackupKey'               = { New-BackupKey -NewPassword $Password }
        'New-BackupRepository'        = { New-BackupRepository ./new -Password $Password }
        'Optimize-BackupRepository'   = { Optimize-BackupRepository -MaxUnused 0 }
        'Register-BackupRepository'   = { Register-BackupRepository away ./other }
        'Remove-BackupKey'            = { Get-BackupKey | Where-Object IsCurrent -EQ $false | Remove-BackupKey }
        'Remove-BackupSnapshot'       = { Get-BackupSnapshot | Remove-BackupSnapshot; Remove-BackupSnapshot -KeepLast 1 }
        'Repair-BackupRepository'     = { Repair-BackupRepository -ReadEveryPack; Repair-BackupRepository -Snapshot *; Repair-BackupRepository -Orphan; Repair-BackupRepository -Config }
        'Restore-Backup'              = { Restore-Backup latest ./restored; Restore-Backup "latest:$Sandbox/documents" ./documents -Force -Delete }
        'Set-BackupKey'               = { Set-BackupKey -NewPassword $Password }
        'Set-BackupSnapshot'          = { Set-BackupSnapshot latest -AddTag new }
        'Sync-BackupRepository'       = { Sync-BackupRepository ./other }
        'Unlock-BackupRepository'     = { Unlock-BackupRepository -Force }
        'Unregister-BackupRepository' = { Unregister-BackupRepository home }
        'Update-BackupRepository'     = { Update-BackupRepository -Repository ./old -Password $Password }
    }
    $texts = @{
        'Copy-BackupSnapshot'         = 'Copy to *other'
        'Dismount-BackupRepository'   = 'Remove the drive" on target "Backup:'
        'Edit-BackupSnapshot'         = 'on target "snapshot * (*documents)'
        'Export-BackupItem'           = 'Write / of snapshot * on target *export.tar'
        'Invoke-Backup'               = 'Back up into *backup" on target "*documents'
        'Mount-BackupRepository'      = 'Make a drive" on target "Second:'
        'New-BackupKey'               = 'Add a password" on target *backup'
        'New-BackupRepository'        = 'Create repository" on target *new'
        'Optimize-BackupRepository'   = 'Remove what no snapshot needs" on target *backup'
        'Register-BackupRepository'   = 'Register as away" on target *other'
        'Remove-BackupKey'            = 'Remove" on target "key * of *backup'
        'Remove-BackupSnapshot'       = 'Remove, since the policy is to keep 1 latest* on target "snapshot'
        'Repair-BackupRepository'     = 'Write a new config if it is lost or damaged" on target *backup'
        'Restore-Backup'              = 'Restore snapshot latest:*documents" on target *documents'
        'Set-BackupKey'               = 'Replace the password it was opened with" on target *backup'
        'Set-BackupSnapshot'          = 'Change tags" on target "snapshot * (*documents)'
        'Sync-BackupRepository'       = 'Bring in the snapshots of *backup" on target *other'
        'Unlock-BackupRepository'     = 'Remove all locks, also those in use" on target *backup'
        'Unregister-BackupRepository' = 'Forget the registered name" on target "home'
        'Update-BackupRepository'     = 'change its format from version 1 to 2* on target *old'
    }
    $cases = foreach ($name in $ways.Keys) { @{ Name = $name; Way = $ways[$name]; Text = $texts[$name] } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-BackupRepository ./old -Password $Password -FormatVersion 1 -NotDefault | Disconnect-BackupRepository
    New-DocumentHistory | Out-Null
    New-BackupRepository ./other -Password $Password -NotDefault | Disconnect-BackupRepository
    New-BackupKey -NewPassword (ConvertTo-SecureString -String 'another long password' -AsPlainText -Force) | Out-Null
    Register-BackupRepository home ./backup
    Mount-BackupRepository | Out-Null
    Set-Content -LiteralPath documents/report.txt -Value 'changed since'
    $env:BACKUP_PASSWORD_FILE = "$Sandbox/password"
    $script:tested = [Collections.Generic.List[string]]::new()
}

AfterAll {
    Dismount-BackupRepository
    Exit-Sandbox
}

Describe '<Name> with -WhatIf' -ForEach $cases {
    It 'changes no byte, no registration and no drive, leaves no lock, and says what it would do' {
        $tested.Add($Name)
        $state = Get-State
        $state | Should -Match ([regex]::Escape("$Sandbox/backup/snapshots/")) -Because 'the repository is among what must not change'
        $transcript = New-TemporaryFile # what is said goes to the host, and only a transcript has it
        Start-Transcript -LiteralPath $transcript.FullName -UseMinimalHeader | Out-Null
        try {
            $output = & ([scriptblock]::Create("`$WhatIfPreference = `$true; $Way")) *>&1
        }
        finally {
            Stop-Transcript | Out-Null
            $said = Get-Content -LiteralPath $transcript.FullName | Where-Object { $_ -like 'What if: *' }
            Remove-Item -LiteralPath $transcript.FullName
        }

        Get-State | Should -Be $state
        @(Get-PSDrive -PSProvider Backup).Name | Should -Be 'Backup'
        Get-Lock | Should -BeNullOrEmpty
        $output.Where{ $_ -is [Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
        foreach ($result in $output.Where{ $null -ne $_.PSObject.Properties['IsDryRun'] }) {
            $result.IsDryRun | Should -BeTrue
        }

        $said | Where-Object { $_ -like "What if: Performing the operation ""*$Text*" } | Should -Not -BeNullOrEmpty -Because "it should say «$Text», not «$said»"
    }
}

Describe 'Every cmdlet that changes something' {
    It 'is among these' {
        $tested | Sort-Object | Should -Be ((Get-Command -Module Backup | Where-Object { $_.Parameters.ContainsKey('WhatIf') }).Name | Sort-Object)
    }
}
