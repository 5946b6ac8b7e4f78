BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Edit-BackupSnapshot' {
    It 'changes nothing with -WhatIf, but names what it would leave out' {
        $state = Get-State ./backup
        $text = Edit-BackupSnapshot latest -Exclude *.jpg -WhatIf -Verbose 4>&1
        $text.Where{ $_ -is [Management.Automation.VerboseRecord] }.Message -join "`n" | Should -Match 'a\.jpg'
        Get-State ./backup | Should -Be $state
    }

    It 'asks by default' {
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Edit-BackupSnapshot latest -Exclude *.jpg -Repository '$Sandbox/backup'" 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 1
        @(Get-BackupSnapshot).Count | Should -Be 2
    }

    It 'makes a snapshot without some files beside the old one' {
        $new = Edit-BackupSnapshot $first.SnapshotId -Exclude *.TMP -IgnoreCase -PassThru -Confirm:$false
        $new | Should -BeOfType 'Backup.PowerShell.Output.BackupSnapshot'
        $new.OriginalId | Should -Be $first.SnapshotId
        $new.Tags | Should -Contain 'rewrite'
        (Get-BackupItem $new.SnapshotId -Recurse -File).Name | Should -Not -Contain 'draft.tmp'
        (Get-BackupItem $new.SnapshotId -Recurse -File).Name | Should -Contain 'report.txt'
        (Get-BackupItem $first.SnapshotId -Recurse -File).Name | Should -Contain 'draft.tmp'
    }

    It 'replaces those that are piped in, by host and time too' {
        Get-BackupSnapshot $second.SnapshotId | Edit-BackupSnapshot -NewHostName web2 -NewTime '2026-01-01T10:00:00Z' -RemoveReplaced -Confirm:$false | Should -BeNullOrEmpty
        $found = Get-BackupSnapshot -HostName web2
        $found.Time.UtcDateTime | Should -Be ([datetime]::new(2026, 1, 1, 10, 0, 0))
        (Get-BackupSnapshot).SnapshotId | Should -Not -Contain $second.SnapshotId
    }

    It 'refuses a filter beside ids, which would not be heeded, as Remove- does' {
        $state = Get-State ./backup
        foreach ($do in { Get-BackupSnapshot | Edit-BackupSnapshot -Tag old -Exclude * -RemoveReplaced -Confirm:$false },
            { Get-BackupSnapshot | Remove-BackupSnapshot -HostName web1 -Confirm:$false }) {
            $problem = $do | Should -Throw -PassThru
            Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        }

        Get-State ./backup | Should -Be $state
    }

    It 'edits several at once, or none if one is not there' {
        $count = @(Get-BackupSnapshot).Count
        { $first.SnapshotId, 'ffffffff' | ForEach-Object { [pscustomobject] @{ SnapshotId = $_ } } |
                Edit-BackupSnapshot -Exclude *.txt -Confirm:$false -ErrorAction Stop } | Should -Throw
        @(Get-BackupSnapshot).Count | Should -Be $count
        $new = Get-BackupSnapshot | Edit-BackupSnapshot -Exclude *.txt -PassThru -Confirm:$false
        @($new).Count | Should -Be $count
        @(Get-BackupSnapshot).Count | Should -Be (2 * $count)
    }

    It 'says what is not there and what makes no sense' {
        Edit-BackupSnapshot ffffffff -Exclude x -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'SnapshotNotFound'
        $problem = { Edit-BackupSnapshot $first.SnapshotId -Confirm:$false } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        Test-BackupRepository -ReadData | Should -BeTrue
    }
}
