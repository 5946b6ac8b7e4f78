BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Invoke-Backup' {
    It 'backs up a folder' {
        $result = Invoke-Backup ./documents -Tag daily, weekly -HostName here
        $result | Should -BeOfType 'Backup.PowerShell.Output.BackupResult'
        $result.Status | Should -Be 'Succeeded'
        $result.FilesNew | Should -Be 5
        $result.TotalSize | Should -BeGreaterThan 256
        $result.Snapshot.Tags | Should -Be 'daily', 'weekly'
        $result.Snapshot.HostName | Should -Be 'here'
        $result.Snapshot.Paths | Should -Be (Join-Path -Path $Sandbox -ChildPath 'documents')
    }

    It 'makes one snapshot of all that is piped in' {
        $before = @(Get-BackupSnapshot).Count
        $result = Get-ChildItem -Path ./documents -File | Invoke-Backup
        @($result).Count | Should -Be 1
        $result.FileCount | Should -Be 4
        @(Get-BackupSnapshot).Count | Should -Be ($before + 1)
    }

    It 'takes names in which wildcards would stand literally' {
        (Invoke-Backup -LiteralPath './documents/odd [1].txt').FileCount | Should -Be 1
        (Get-ChildItem -LiteralPath './documents/odd [1].txt' | Invoke-Backup).FileCount | Should -Be 1
    }

    It 'expands wildcards' {
        (Invoke-Backup ./documents/*.txt).FileCount | Should -Be 3
    }

    It 'takes paths of the current location, and of drives' {
        New-PSDrive -Name Box -PSProvider FileSystem -Root $Sandbox | Out-Null
        Push-Location -LiteralPath Box:/documents
        (Invoke-Backup ./notes.txt).Snapshot.Paths | Should -Be "$Sandbox/documents/notes.txt"
        Pop-Location
        (Invoke-Backup Box:/documents/notes.txt).Snapshot.Paths | Should -Be "$Sandbox/documents/notes.txt"
        Remove-PSDrive -Name Box
    }

    It 'leaves out what matches' {
        $result = Invoke-Backup ./documents -Exclude *.tmp
        $result.FileCount | Should -Be 4
        $result.Snapshot.Excludes | Should -Be '*.tmp'
        (Invoke-Backup ./documents -Exclude *.TMP).FileCount | Should -Be 5
        (Invoke-Backup ./documents -Exclude *.TMP -IgnoreCase).FileCount | Should -Be 4
    }

    It 'leaves out by file, size and mark' {
        Set-Content -LiteralPath excludes -Value '# a comment', '*.tmp', '*.jpg'
        (Invoke-Backup ./documents -ExcludeFile ./excludes).FileCount | Should -Be 3
        (Invoke-Backup ./documents -ExcludeLargerThan 200).FileCount | Should -Be 4
        (Invoke-Backup ./documents -ExcludeLargerThan '1KB').FileCount | Should -Be 5
        (Invoke-Backup ./documents -ExcludeIfPresent a.jpg).FileCount | Should -Be 5
    }

    It 'goes on without what is not there' {
        $result = Invoke-Backup ./documents, ./nowhere -ErrorAction SilentlyContinue -ErrorVariable problems
        $result.Status | Should -Be 'Partial'
        $result.SnapshotId | Should -Not -BeNullOrEmpty
        Get-ErrorId $problems[0] | Should -Be 'SourceNotFound'
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problems[0].TargetObject | Should -Be './nowhere'
    }

    It 'makes no snapshot of nothing' {
        $before = @(Get-BackupSnapshot).Count
        $problem = { Invoke-Backup ./nowhere -ErrorAction Stop } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'SourceNotFound'
        $problem = { Invoke-Backup ./no*where } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'NothingToBackUp'
        @(Get-BackupSnapshot).Count | Should -Be $before
    }

    It 'refuses what is not of the file system' {
        Invoke-Backup Env:/PATH, ./documents -ErrorAction SilentlyContinue -ErrorVariable problems | Out-Null
        Get-ErrorId $problems[0] | Should -Be 'PathNotFileSystem'
    }

    It 'stores nothing with -WhatIf, but says what it would' {
        $files = @(Get-ChildItem -Path ./backup -Recurse -File).Count
        Set-Content -LiteralPath documents/new.txt -Value 'new'
        $result = Invoke-Backup ./documents -WhatIf
        $result.IsDryRun | Should -BeTrue
        $result.SnapshotId | Should -BeNullOrEmpty
        $result.FilesNew | Should -Be 1
        @(Get-ChildItem -Path ./backup -Recurse -File).Count | Should -Be $files
        Remove-Item -LiteralPath documents/new.txt
    }

    It 'can leave out a snapshot of what has not changed' {
        Invoke-Backup ./documents | Out-Null
        (Invoke-Backup ./documents -SkipIfUnchanged).SnapshotId | Should -BeNullOrEmpty
    }

    It 'reads everything in a full backup' {
        Invoke-Backup ./documents | Out-Null
        (Invoke-Backup ./documents).FilesUnmodified | Should -Be 5
        (Invoke-Backup ./documents -Type Full).ParentId | Should -BeNullOrEmpty
    }

    It 'stores what a script block gives' {
        $result = Invoke-Backup -ScriptBlock { 'ä'; 1; [byte[]](0, 255); 'end' } -FileName out.bin
        $bytes = Get-BackupItemContent $result.SnapshotId /out.bin -Raw -AsByteStream
        $bytes -join ' ' | Should -Be (([Text.Encoding]::UTF8.GetBytes("ä`n1`n") + [byte[]](0, 255) + [Text.Encoding]::UTF8.GetBytes("end`n")) -join ' ')
    }

    It 'stores a large output of a script block, whose variables are those of the caller' {
        $text = 'x' * 1000
        $result = Invoke-Backup -ScriptBlock { foreach ($i in 1..2000) { $text } } -FileName large.txt
        $result.TotalSize | Should -Be (2000 * 1001)
    }

    It 'makes no snapshot of a script block that throws' {
        $before = @(Get-BackupSnapshot).Count
        { Invoke-Backup -ScriptBlock { 'half'; throw 'oops' } -FileName half.txt } | Should -Throw 'oops'
        @(Get-BackupSnapshot).Count | Should -Be $before
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'wants a command or script block where it is said that there is one' {
        { Invoke-Backup -Command @() -FileName x } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { Invoke-Backup -ScriptBlock $null -FileName x } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }

    It 'stores what a program prints, byte by byte' -Skip:($IsWindows) {
        $result = Invoke-Backup -Command printf, 'a\0b\377\n' -FileName out.bin
        (Get-BackupItemContent $result.SnapshotId /out.bin -Raw -AsByteStream) -join ' ' | Should -Be '97 0 98 255 10'
    }

    It 'makes no snapshot of a program that fails' -Skip:($IsWindows) {
        $before = @(Get-BackupSnapshot).Count
        $problem = { Invoke-Backup -Command sh, -c, 'echo half; exit 3' -FileName half.txt } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'SourceFailed'
        @(Get-BackupSnapshot).Count | Should -Be $before
    }

    It 'makes an application hold still and go on' -ForEach @(@{ Kind = 'Offline' }, @{ Kind = 'Hybrid' }) {
        $script:calls = @()
        $result = Invoke-Backup ./documents -Method $Kind -Quiesce { $script:calls += 'quiesce' } -Resume { $script:calls += 'resume' }
        $calls | Should -Be 'quiesce', 'resume'
        $result.Downtime | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'lets an application go on that could not hold still, and makes no snapshot' {
        $before = @(Get-BackupSnapshot).Count
        $script:resumed = 0
        $problem = { Invoke-Backup ./documents -Method Offline -Quiesce { throw 'not now' } -Resume { $script:resumed++ } } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'QuiesceFailed'
        $resumed | Should -Be 1
        @(Get-BackupSnapshot).Count | Should -Be $before
    }

    It 'wants to know how, and refuses what it would not use' {
        Get-ErrorId ({ Invoke-Backup ./documents -Method Offline } | Should -Throw -PassThru) | Should -Be 'HooksNeeded'
        Get-ErrorId ({ Invoke-Backup ./documents -Quiesce { } -Resume { } } | Should -Throw -PassThru) | Should -Be 'MethodNeeded'
    }

    It 'says in streams what it did' {
        $information = Invoke-Backup ./documents 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] }
        $information.Tags | Should -Contain 'Summary'
        $verbose = Invoke-Backup ./documents -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        $verbose.Message -join "`n" | Should -Match 'Compared with snapshot'
    }

    It 'leaves no lock' {
        Get-Lock | Should -BeNullOrEmpty
    }
}
