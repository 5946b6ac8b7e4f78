BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Set-BackupSnapshot' {
    It 'changes tags, and keeps the first id' {
        $changed = Set-BackupSnapshot $third.SnapshotId -AddTag keep, x -PassThru
        $changed.Tags | Should -Be 'keep', 'x'
        $changed.OriginalId | Should -Be $third.SnapshotId
        $changed = $changed | Set-BackupSnapshot -RemoveTag x -PassThru
        $changed.Tags | Should -Be 'keep'
        ($changed | Set-BackupSnapshot -ReplaceTag @() -PassThru).Tags.Count | Should -Be 0
    }

    It 'says which snapshot is not there, and changes the others' {
        $changed = Set-BackupSnapshot ffffffff, $first.SnapshotId -AddTag z -PassThru -ErrorAction SilentlyContinue -ErrorVariable problems
        $changed.Tags | Should -Contain 'z'
        Get-ErrorId $problems[0] | Should -Be 'SnapshotNotFound'
        $problems[0].TargetObject | Should -Be 'ffffffff'
    }

    It 'changes nothing with -WhatIf' {
        $before = (Get-BackupSnapshot).SnapshotId
        Set-BackupSnapshot latest -AddTag y -WhatIf
        (Get-BackupSnapshot).SnapshotId | Should -Be $before
    }
}
