BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Remove-BackupSnapshot' {
    It 'removes nothing with -WhatIf' {
        Get-BackupSnapshot | Remove-BackupSnapshot -WhatIf
        @(Get-BackupSnapshot).Count | Should -Be 3
    }

    It 'asks by default' {
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Remove-BackupSnapshot latest -Repository '$Sandbox/backup'" 2>&1
        $LASTEXITCODE | Should -Be 1
        "$output" | Should -Match 'NonInteractive'
        @(Get-BackupSnapshot).Count | Should -Be 3
    }

    It 'goes on after one that is not there, and removes the others' {
        $removed = Remove-BackupSnapshot ffffffffff, $first.SnapshotId -Confirm:$false -PassThru -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'SnapshotNotFound'
        $removed.SnapshotId | Should -Be $first.SnapshotId
        @(Get-BackupSnapshot).Count | Should -Be 2
    }

    It 'applies a policy to each group' {
        Invoke-Backup ./documents -HostName web1 -Time '2026-03-01T10:00:00Z' | Out-Null
        $removed = Remove-BackupSnapshot -KeepLast 1 -Confirm:$false -PassThru
        $removed.SnapshotId | Should -Be $second.SnapshotId
        @(Get-BackupSnapshot).Count | Should -Be 2
    }

    It 'keeps the newest of each period within a time' {
        New-BackupRepository ./periods -Password $Password -NotDefault | Out-Null
        $env:BACKUP_PASSWORD_FILE = "$Sandbox/password"
        $times = '2026-01-01T10:00:00Z', '2026-03-01T10:00:00Z', '2026-03-01T10:30:00Z', '2026-03-02T10:00:00Z'
        $made = foreach ($time in $times) { Invoke-Backup ./documents/photos -Time $time -Repository ./periods }
        $removed = Remove-BackupSnapshot -Repository ./periods -KeepWithinYearly 1y -WhatIf -PassThru
        $removed | Should -BeNullOrEmpty
        $removed = Remove-BackupSnapshot -Repository ./periods -KeepWithinHourly 1d -KeepWithinDaily 14d -KeepWithinWeekly 1d -KeepWithinMonthly 1m -KeepWithinYearly 1d -Confirm:$false -PassThru
        $removed.SnapshotId | Sort-Object | Should -Be ($made[0].SnapshotId, $made[1].SnapshotId | Sort-Object)
        $env:BACKUP_PASSWORD_FILE = $null
    }

    It 'refuses to remove everything for want of a policy' {
        $problem = { Remove-BackupSnapshot -GroupBy Host -Confirm:$false } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        @(Get-BackupSnapshot).Count | Should -Be 2
    }
}
