BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:here = "Backup:/latest$Sandbox/documents"
    Mount-BackupRepository | Out-Null
}

AfterAll {
    Set-Location -LiteralPath $Sandbox
    Dismount-BackupRepository
    Exit-Sandbox
}

Describe 'The drive' {
    It 'has a folder for each snapshot' {
        (Get-ChildItem -Path Backup:/).SnapshotId | Should -Be $first.SnapshotId, $second.SnapshotId
        (Get-Item -Path Backup:/latest).SnapshotId | Should -Be $second.SnapshotId
        Get-ChildItem -Path Backup:/ -Name | Should -Be $first.SnapshotId.Substring(0, 8), $second.SnapshotId.Substring(0, 8)
    }

    It 'lists folders as a disk does' {
        (Get-ChildItem -Path $here).Name | Sort-Object | Should -Be ((Get-ChildItem -Path ./documents).Name | Sort-Object)
        (Get-ChildItem -Path $here -Recurse).Name | Should -Contain 'a.jpg'
        (Get-ChildItem -Path $here -Recurse -Depth 0).Name | Should -Not -Contain 'a.jpg'
        (Get-Item -Path "$here/report.txt").Length | Should -Be (Get-Item -Path ./documents/report.txt).Length
    }

    It 'knows what is there' {
        Test-Path -Path Backup:/ | Should -BeTrue
        Test-Path -Path $here | Should -BeTrue
        Test-Path -Path "$here/nowhere" | Should -BeFalse
        Test-Path -Path Backup:/ffffffff | Should -BeFalse
        Test-Path -Path $here -PathType Container | Should -BeTrue
        Test-Path -Path "$here/report.txt" -PathType Leaf | Should -BeTrue
        Test-Path -LiteralPath "$here/odd [1].txt" | Should -BeTrue
    }

    It 'expands wildcards' {
        (Get-ChildItem -Path "$here/*.txt").Count | Should -Be 3
        (Get-Item -Path "$here/re*").Name | Should -Be 'report.txt'
    }

    It 'can be walked through' {
        Push-Location -Path Backup:/
        try {
            Set-Location -Path latest
            Set-Location -Path ".$Sandbox/documents"
            (Get-ChildItem).Count | Should -Be 5
            (Get-ChildItem -Path photos).Name | Should -Be 'a.jpg'
            Set-Location -Path photos
            Set-Location -Path ..
            (Get-Location).Path | Should -BeLike '*documents'
        }
        finally {
            Pop-Location
        }
    }

    It 'gives the content of files' {
        Get-Content -Path "$here/report.txt" | Should -Be 'first line', 'second line', 'third line'
        Get-Content -Path "$here/report.txt" -TotalCount 1 | Should -Be 'first line'
        Get-Content -Path "$here/notes.txt" -Raw | Should -Be "ä note$([Environment]::NewLine)"
        (Get-Content -Path "$here/photos/a.jpg" -AsByteStream).Count | Should -Be 256
        Get-ChildItem -Path "$here/notes.txt" | Get-Content | Should -Be 'ä note'
    }

    It 'gives what can be restored' {
        (Get-ChildItem -Path $here -Recurse | Where-Object Name -Like *.txt | Restore-Backup -Destination ./restored).FilesRestored | Should -Be 3
    }

    It 'is completed' {
        $text = "Get-ChildItem $here/ph"
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -BeLike '*photos*'
    }

    It 'can only be read' {
        { Remove-Item -Path "$here/report.txt" } | Should -Throw
        { Set-Content -Path "$here/report.txt" -Value 'x' } | Should -Throw
        { New-Item -Path "$here/new.txt" -ItemType File } | Should -Throw
        Test-BackupRepository | Should -BeTrue
    }

    It 'says what is not there' {
        $problem = { Get-ChildItem -Path "$here/nowhere" -ErrorAction Stop } | Should -Throw -PassThru
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'does not take an older snapshot for the latest when one is damaged' {
        $file = Get-ChildItem -Path ./backup/snapshots -File | Where-Object { $_.Name -eq $second.SnapshotId }
        $bytes = [IO.File]::ReadAllBytes($file.FullName)
        Mount-BackupRepository Damaged | Out-Null
        try {
            Remove-Item -LiteralPath $file.FullName -Force
            [IO.File]::WriteAllBytes($file.FullName, [byte[]]::new(100))
            $listed = Get-ChildItem -Path Damaged:/ -Force -ErrorAction SilentlyContinue -ErrorVariable problems
            $listed.SnapshotId | Should -Be $first.SnapshotId
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'RepositoryDamaged*'
            { Get-ChildItem -Path Damaged:/latest -ErrorAction Stop } | Should -Throw # PowerShell itself says why: it is not there
            Get-ChildItem -Path "Damaged:/$($first.SnapshotId.Substring(0, 8))" | Should -Not -BeNullOrEmpty
        }
        finally {
            [IO.File]::WriteAllBytes($file.FullName, $bytes)
            Dismount-BackupRepository Damaged
        }
    }

    It 'is no place for a repository or a destination' {
        $problem = { Restore-Backup -Destination Backup:/x } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PathNotFileSystem'
    }

    It 'can have another name, and is removed' {
        Mount-BackupRepository Old | Should -BeOfType 'System.Management.Automation.PSDriveInfo'
        Test-Path -Path "Old:/latest" | Should -BeTrue
        Dismount-BackupRepository Old
        Get-PSDrive -Name Old -ErrorAction Ignore | Should -BeNullOrEmpty
        Dismount-BackupRepository Old -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'DriveNotFound'
    }
}
