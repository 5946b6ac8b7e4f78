BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:first = Invoke-Backup ./documents -Tag daily, one -HostName web1 -Time '2026-01-01T10:00:00Z'
    Add-Content -LiteralPath documents/report.txt -Value 'third line'
    Remove-Item -LiteralPath documents/draft.tmp
    Set-Content -LiteralPath documents/new.txt -Value 'new'
    $script:second = Invoke-Backup ./documents -Tag daily -HostName web1 -Time '2026-02-01T10:00:00Z'
    $script:third = Invoke-Backup ./documents/photos -HostName db1 -Time '2026-02-02T10:00:00Z'
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

Describe 'Compare-BackupSnapshot' {
    It 'tells what is new, gone and different' {
        $changes = Compare-BackupSnapshot $first.SnapshotId $second.SnapshotId
        ($changes | Where-Object SideIndicator -EQ '=>').Path | Should -Be "$Sandbox/documents/new.txt"
        ($changes | Where-Object SideIndicator -EQ '<=').Path | Should -Be "$Sandbox/documents/draft.tmp"
        $changed = $changes | Where-Object SideIndicator -EQ '<>'
        $changed.Path | Should -Be "$Sandbox/documents/report.txt"
        $changed.LengthAfter - $changed.LengthBefore | Should -Be 11
    }

    It 'takes the older one from the pipeline' {
        @(Get-BackupSnapshot $first.SnapshotId | Compare-BackupSnapshot -DifferenceSnapshot $second.SnapshotId).Count | Should -Be 3
    }
}

Describe 'Measure-BackupRepository' {
    It 'counts' {
        (Measure-BackupRepository $third.SnapshotId).TotalSize | Should -BeGreaterOrEqual 256
        (Measure-BackupRepository -Mode RawData).BlobCount | Should -BeGreaterThan 5
        (Get-BackupSnapshot -HostName web1 | Measure-BackupRepository).Count | Should -Be 2
    }
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

    It 'changes nothing with -WhatIf' {
        $before = (Get-BackupSnapshot).SnapshotId
        Set-BackupSnapshot latest -AddTag y -WhatIf
        (Get-BackupSnapshot).SnapshotId | Should -Be $before
    }
}

Describe 'Remove-BackupSnapshot' {
    It 'removes nothing with -WhatIf' {
        Get-BackupSnapshot | Remove-BackupSnapshot -WhatIf
        @(Get-BackupSnapshot).Count | Should -Be 3
    }

    It 'asks by default' {
        $problem = { pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Remove-BackupSnapshot latest -Repository '$Sandbox/backup'" 2>&1 } | Should -Not -Throw
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

    It 'refuses to remove everything for want of a policy' {
        $problem = { Remove-BackupSnapshot -GroupBy Host -Confirm:$false } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        @(Get-BackupSnapshot).Count | Should -Be 2
    }
}

Describe 'Optimize-BackupRepository' {
    It 'finds out what it would do' {
        $plan = Optimize-BackupRepository -MaxUnused 0% -WhatIf
        $plan.IsDryRun | Should -BeTrue
        $plan.SizeRemoved | Should -BeGreaterThan 0
    }

    It 'makes room, and leaves a sound repository' {
        $result = Optimize-BackupRepository -MaxUnused 0%
        $result.SizeAfter | Should -BeLessThan $result.SizeBefore
        Test-BackupRepository -ReadData | Should -BeTrue
    }
}
