BeforeDiscovery {
    # One way to use each cmdlet that changes something.
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
        'Repair-BackupRepository'     = { Repair-BackupRepository -ReadEveryPack; Repair-BackupRepository -Snapshot *; Repair-BackupRepository -Orphan }
        'Restore-Backup'              = { Restore-Backup latest ./restored; Restore-Backup "latest:$Sandbox/documents" ./documents -Force -Delete }
        'Set-BackupKey'               = { Set-BackupKey -NewPassword $Password }
        'Set-BackupSnapshot'          = { Set-BackupSnapshot latest -AddTag new }
        'Sync-BackupRepository'       = { Sync-BackupRepository ./other }
        'Unlock-BackupRepository'     = { Unlock-BackupRepository -Force }
        'Unregister-BackupRepository' = { Unregister-BackupRepository home }
        'Update-BackupRepository'     = { Update-BackupRepository -Repository ./old -Password $Password }
    }
    $cases = foreach ($name in $ways.Keys) { @{ Name = $name; Way = $ways[$name] } }
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
        $text = & ([scriptblock]::Create("`$WhatIfPreference = `$true; $Way")) *>&1
        Get-State | Should -Be $state
        @(Get-PSDrive -PSProvider Backup).Name | Should -Be 'Backup'
        Get-Lock | Should -BeNullOrEmpty
        $text.Where{ $_ -is [Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
        foreach ($result in $text.Where{ $null -ne $_.PSObject.Properties['IsDryRun'] }) {
            $result.IsDryRun | Should -BeTrue
        }
    }
}

Describe 'Every cmdlet that changes something' {
    It 'is among these' {
        $tested | Sort-Object | Should -Be ((Get-Command -Module Backup | Where-Object { $_.Parameters.ContainsKey('WhatIf') }).Name | Sort-Object)
    }
}
