BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Get-BackupSnapshot' {
    It 'lists all, oldest first' {
        (Get-BackupSnapshot).SnapshotId | Should -Be $first.SnapshotId, $second.SnapshotId, $third.SnapshotId
    }

    It 'finds by id, beginning and latest' {
        (Get-BackupSnapshot $first.SnapshotId).ShortId | Should -Be $first.SnapshotId.Substring(0, 8)
        (Get-BackupSnapshot $first.SnapshotId.Substring(0, 10)).SnapshotId | Should -Be $first.SnapshotId
        (Get-BackupSnapshot latest).SnapshotId | Should -Be $third.SnapshotId
        (Get-BackupSnapshot latest -HostName web1).SnapshotId | Should -Be $second.SnapshotId
    }

    It 'gives lists that can be counted and indexed' {
        (Get-BackupSnapshot $first.SnapshotId).Tags[1] | Should -Be 'one'
        (Get-BackupSnapshot $first.SnapshotId).Paths[0] | Should -BeOfType 'string'
        $first.Snapshot.Tags.Count | Should -Be 2
    }

    It 'filters' {
        @(Get-BackupSnapshot -HostName db1).Count | Should -Be 1
        @(Get-BackupSnapshot -Tag one, daily).Count | Should -Be 2
        @(Get-BackupSnapshot -Tag 'one,daily').Count | Should -Be 1
        @(Get-BackupSnapshot -SourcePath "$Sandbox/documents").Count | Should -Be 2
        @(Get-BackupSnapshot -Latest 1).Count | Should -Be 2
        @(Get-BackupSnapshot -Before '2026-01-15').Count | Should -Be 1
        @(Get-BackupSnapshot -After '2026-01-15').Count | Should -Be 2
    }

    It 'goes on after one that is not there' {
        $found = Get-BackupSnapshot ffffffffff, latest -ErrorAction SilentlyContinue -ErrorVariable problems
        $found.SnapshotId | Should -Be $third.SnapshotId
        Get-ErrorId $problems[0] | Should -Be 'SnapshotNotFound'
        $problems[0].TargetObject | Should -Be 'ffffffffff'
    }

    It 'gives what sorts by time, and is shown as a table' {
        (Get-BackupSnapshot | Sort-Object -Descending | Select-Object -First 1).SnapshotId | Should -Be $third.SnapshotId
        Get-BackupSnapshot | Out-String | Should -Match 'Host: db1'
        Get-BackupSnapshot | Out-String | Should -Match "$($first.SnapshotId.Substring(0, 8)) 2026-01-01"
    }

    It 'is completed by id with a tooltip, by tag, and by host' {
        $text = 'Get-BackupSnapshot -Snapshot '
        $completions = (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches
        $completions[0].CompletionText | Should -Be 'latest'
        ($completions | Where-Object CompletionText -EQ $first.SnapshotId.Substring(0, 8)).ToolTip | Should -Match 'web1'
        $text = 'Get-BackupSnapshot -Tag d'
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Be 'daily'
        $text = 'Get-BackupSnapshot -HostName '
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Be 'db1', 'web1'
    }
}
