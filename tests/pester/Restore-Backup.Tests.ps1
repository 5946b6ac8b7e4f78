BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
}

Describe 'Restore-Backup' {
    It 'restores a snapshot below the destination' {
        $result = Restore-Backup latest ./restored
        $result | Should -BeOfType 'Backup.PowerShell.Output.RestoreResult'
        $result.Status | Should -Be 'Succeeded'
        $result.FilesRestored | Should -Be 5
        Get-Content -LiteralPath "./restored$docs/report.txt" | Should -Be (Get-Content -LiteralPath $docs/report.txt)
        (Get-Item -LiteralPath "./restored$docs/report.txt").LastWriteTime | Should -Be (Get-Item -LiteralPath $docs/report.txt).LastWriteTime
    }

    It 'restores a folder as the destination' {
        (Restore-Backup "latest:$docs" ./folder -Verify).FilesVerified | Should -Be 5
        (Get-ChildItem -LiteralPath ./folder).Count | Should -Be 5
    }

    It 'leaves existing files alone, and says so for each' {
        Set-Content -LiteralPath ./folder/report.txt -Value 'mine'
        $result = Restore-Backup "latest:$docs" ./folder -ErrorAction SilentlyContinue -ErrorVariable problems
        $result.Status | Should -Be 'Partial'
        $problems.Count | Should -Be 5
        Get-ErrorId $problems[0] | Should -Be 'DestinationExists'
        Get-Content -LiteralPath ./folder/report.txt | Should -Be 'mine'
    }

    It 'replaces them with -Force, and only what differs' {
        $result = Restore-Backup "latest:$docs" ./folder -Force
        $result.FilesUpdated | Should -Be 1
        $result.FilesUnchanged | Should -Be 4
        (Get-Content -LiteralPath ./folder/report.txt).Count | Should -Be 3
    }

    It 'says nothing of what it is told to leave alone' {
        Restore-Backup "latest:$docs" ./folder -Overwrite Never -ErrorVariable problems | Out-Null
        $problems | Should -BeNullOrEmpty
    }

    It 'deletes what the snapshot does not have' {
        Set-Content -LiteralPath ./folder/extra.txt -Value 'extra'
        (Restore-Backup "latest:$docs" ./folder -Force -Delete).ItemsDeleted | Should -Be 1
        './folder/extra.txt' | Should -Not -Exist
    }

    It 'takes patterns' {
        (Restore-Backup latest ./some -Include *.txt -Exclude @()).FilesRestored | Should -Be 3
        (Restore-Backup latest ./others -Exclude *.TXT -IgnoreCase).FilesRestored | Should -Be 2
    }

    It 'restores items that are piped in, with their strangest names' {
        $result = Get-BackupItem latest $docs -File | Where-Object Name -Like 'odd*' | Restore-Backup -Destination ./items
        $result.FilesRestored | Should -Be 1
        Test-Path -LiteralPath "./items$docs/odd [1].txt" | Should -BeTrue
    }

    It 'restores snapshots that are piped in' {
        (Get-BackupSnapshot $first.SnapshotId | Restore-Backup -Destination ./piped).SnapshotId | Should -Be $first.SnapshotId
    }

    It 'restores results, also after they crossed a process' {
        Export-Clixml -InputObject $first -LiteralPath first.xml
        (Import-Clixml -LiteralPath first.xml | Restore-Backup -Destination ./clixml).SnapshotId | Should -Be $first.SnapshotId
    }

    It 'restores items that crossed a process, and not all of their snapshot' {
        Get-BackupItem latest $docs -File | Where-Object Name -Like '*.txt' | Export-Clixml -LiteralPath items.xml
        $result = Import-Clixml -LiteralPath items.xml | Restore-Backup -Destination ./crossed
        @($result).Count | Should -Be 1
        $result.FilesRestored | Should -Be 3
        Test-Path -LiteralPath "./crossed$docs/odd [1].txt" | Should -BeTrue
        "./crossed$docs/photos" | Should -Not -Exist
    }

    It 'restores what is named literally, and says what is not there' {
        $result = Restore-Backup "latest:$docs" ./named -LiteralPath 'odd [1].txt', photos, nowhere -ErrorAction SilentlyContinue -ErrorVariable problems
        $result.FilesRestored | Should -Be 2
        "./named$docs/photos/a.jpg" | Should -Exist
        Get-ErrorId $problems[0] | Should -Be 'ItemNotFound'
        $problems[0].TargetObject | Should -Be 'nowhere'
        $problem = { Restore-Backup latest ./named -LiteralPath $docs -Include *.txt } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
    }

    It 'restores items of several repositories at once' {
        $other = New-BackupRepository ./other -Password $Password -NotDefault
        Invoke-Backup ./documents/photos -Repository $other | Out-Null
        $items = @(Get-BackupItem latest $docs -File) + @(Get-BackupItem latest "$docs/photos" -Repository $other)
        $results = Restore-Backup -InputObject $items ./both
        ($results | Sort-Object FilesRestored).FilesRestored | Should -Be 1, 4
    }

    It 'writes nothing with -WhatIf, but says what it would' {
        $result = Restore-Backup latest ./whatif -WhatIf
        $result.IsDryRun | Should -BeTrue
        $result.FilesRestored | Should -Be 5
        './whatif' | Should -Not -Exist
    }

    It 'says which snapshot is not there' {
        $problem = { Restore-Backup ffffffffff ./nothing } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'SnapshotNotFound'
        $problem.TargetObject | Should -Be 'ffffffffff'
    }
}
