BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:first = Invoke-Backup ./documents
    Add-Content -LiteralPath documents/report.txt -Value 'third line'
    $script:second = Invoke-Backup ./documents
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
}

Describe 'Get-BackupItem' {
    It 'lists a folder as Get-ChildItem does' {
        $items = Get-BackupItem latest $docs
        $items | Should -BeOfType 'Backup.PowerShell.Output.BackupItem'
        $items.Name | Sort-Object | Should -Be ((Get-ChildItem -LiteralPath $docs).Name | Sort-Object)
        ($items | Where-Object Name -EQ 'report.txt').Length | Should -Be (Get-Item -LiteralPath $docs/report.txt).Length
    }

    It 'lists a file as itself' {
        (Get-BackupItem latest "$docs/report.txt").Path | Should -Be "$docs/report.txt"
    }

    It 'goes into subfolders, as deep as it should' {
        (Get-BackupItem latest $docs -Recurse -File).Count | Should -Be 5
        (Get-BackupItem latest $docs -Recurse -Directory).Name | Should -Be 'photos'
        (Get-BackupItem latest $docs -Depth 0).Count | Should -Be 5
    }

    It 'expands wildcards, and not where it should not' {
        (Get-BackupItem latest "$docs/*.txt").Count | Should -Be 3
        (Get-BackupItem latest -LiteralPath "$docs/odd [1].txt").Name | Should -Be 'odd [1].txt'
        (Get-BackupItem latest "$docs/ph*" -Recurse).Name | Should -Be 'photos', 'a.jpg'
    }

    It 'takes a folder of a snapshot as the root' {
        (Get-BackupItem "latest:$docs" photos).Path | Should -Be "$docs/photos/a.jpg"
    }

    It 'says what is not there and goes on' {
        $items = Get-BackupItem latest /nowhere, "$docs/photos" -ErrorAction SilentlyContinue -ErrorVariable problems
        $items.Name | Should -Be 'a.jpg'
        Get-ErrorId $problems[0] | Should -Be 'ItemNotFound'
    }

    It 'is completed by path' {
        $text = "Get-BackupItem latest $docs/ph"
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Be "$docs/photos/"
    }
}

Describe 'Find-BackupItem' {
    It 'finds in all snapshots, newest first' {
        $found = Find-BackupItem report.txt
        $found.SnapshotId | Should -Be $second.SnapshotId, $first.SnapshotId
        @(Find-BackupItem REPORT.TXT).Count | Should -Be 0
        (Find-BackupItem REPORT.TXT -IgnoreCase -Snapshot latest).Path | Should -Be "$docs/report.txt"
    }

    It 'searches the snapshots that are piped in' {
        (Get-BackupSnapshot $first.SnapshotId | Find-BackupItem *.jpg).SnapshotId | Should -Be $first.SnapshotId
    }
}

Describe 'Get-BackupItemContent' {
    It 'gives lines as Get-Content does' {
        Get-BackupItemContent latest "$docs/report.txt" | Should -Be (Get-Content -LiteralPath $docs/report.txt)
        Get-BackupItemContent latest "$docs/notes.txt" | Should -Be 'ä note'
        Get-BackupItemContent $first.SnapshotId "$docs/report.txt" | Should -Be 'first line', 'second line'
    }

    It 'takes items from the pipeline' {
        Find-BackupItem report.txt -Snapshot latest | Get-BackupItemContent | Select-Object -First 1 | Should -Be 'first line'
    }

    It 'gives text and bytes' {
        Get-BackupItemContent latest "$docs/notes.txt" -Raw | Should -Be (Get-Content -LiteralPath $docs/notes.txt -Raw)
        (Get-BackupItemContent latest "$docs/photos/a.jpg" -AsByteStream).Count | Should -Be 256
    }

    It 'refuses a folder and goes on' {
        Get-BackupItemContent latest $docs, "$docs/notes.txt" -ErrorAction SilentlyContinue -ErrorVariable problems | Should -Be 'ä note'
        $problems.Count | Should -Be 1
    }
}

Describe 'Export-BackupItem' {
    It 'writes a folder as zip' {
        $file = Export-BackupItem latest $docs ./documents.zip
        $file.FullName | Should -Be "$Sandbox/documents.zip"
        Expand-Archive -LiteralPath documents.zip -DestinationPath unzipped
        (Get-ChildItem -Path unzipped -Recurse -Filter a.jpg).Length | Should -Be 256
    }

    It 'writes a file as it is, and nothing over an existing one' {
        Export-BackupItem latest "$docs/notes.txt" ./notes-old.txt | Out-Null
        Get-Content -LiteralPath notes-old.txt | Should -Be 'ä note'
        $problem = { Export-BackupItem latest "$docs/report.txt" ./notes-old.txt } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'DestinationExists'
        Export-BackupItem latest "$docs/report.txt" ./notes-old.txt -Force | Out-Null
        (Get-Content -LiteralPath notes-old.txt).Count | Should -Be 3
    }

    It 'writes nothing with -WhatIf' {
        Export-BackupItem latest / ./whatif.tar -WhatIf
        'whatif.tar' | Should -Not -Exist
    }
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
