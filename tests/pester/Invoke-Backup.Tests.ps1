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

Describe 'Invoke-Backup into several repositories' {
    BeforeAll {
        $script:first = Get-BackupRepository -Connected | Where-Object IsDefault
        $script:second = New-BackupRepository ./second -Password $Password -CopyChunkerFrom $first -NotDefault
        $env:BACKUP_PASSWORD_FILE = "$Sandbox/password"
    }

    It 'makes a snapshot in each, with a result for each in their order' {
        $results = Invoke-Backup ./documents -Tag both -Repository $second, $first -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
        $results.Status | Should -Be 'Succeeded', 'Succeeded'
        $results.Repository | Should -Be "$Sandbox/second", "$Sandbox/backup"
        $results[0].DataAdded | Should -BeGreaterThan $results[1].DataAdded # which had the files
        (Get-BackupSnapshot latest -Repository $second).SnapshotId | Should -Be $results[0].SnapshotId
        (Get-BackupSnapshot latest).SnapshotId | Should -Be $results[1].SnapshotId
        Compare-BackupSnapshot $results[0].SnapshotId -LiteralPath ./documents -Repository $second | Should -BeNullOrEmpty
        Test-BackupRepository -Repository $second -ReadData | Should -BeTrue
        Get-Lock | Should -BeNullOrEmpty
        Get-Lock second | Should -BeNullOrEmpty
    }

    It 'takes names and locations, and has a default for all cmdlets' {
        Register-BackupRepository usb ./second
        (Invoke-Backup ./documents -Repository usb, ./backup).Status | Should -Be 'Succeeded', 'Succeeded'
        $PSDefaultParameterValues['Invoke-Backup:Repository'] = 'usb', "$Sandbox/backup"
        try {
            @(Invoke-Backup ./documents).Count | Should -Be 2
        }
        finally {
            $PSDefaultParameterValues.Remove('Invoke-Backup:Repository')
            Unregister-BackupRepository usb -Confirm:$false
        }
    }

    It 'goes on without one that is not there, and makes good for it the next time' {
        Set-Content -LiteralPath documents/more.txt -Value 'more'
        Rename-Item -LiteralPath ./second -NewName away
        Disconnect-BackupRepository $second
        $results = Invoke-Backup ./documents -Repository ./second, $first -ErrorAction SilentlyContinue -ErrorVariable problems
        $results.Status | Should -Be 'Failed', 'Succeeded'
        $results[0].ErrorId | Should -Be 'RepositoryNotFound'
        $results[0].ErrorMessage | Should -Match 'no repository'
        $results[0].Repository | Should -Be "$Sandbox/second"
        $results[0].SnapshotId | Should -BeNullOrEmpty
        $problems.Count | Should -Be 1
        Get-ErrorId $problems[0] | Should -Be 'RepositoryNotFound'
        $results | Out-String | Should -Match 'ErrorMessage'
        Rename-Item -LiteralPath ./away -NewName second
        $results = Invoke-Backup ./documents -Repository ./second, $first
        $results.Status | Should -Be 'Succeeded', 'Succeeded'
        $results[0].DataAdded | Should -BeGreaterThan 0
        Test-BackupRepository -Repository ./second -Against ./documents | Should -BeTrue
    }

    It 'stops at the first error if that is wanted, and gives nothing but failures if all fail' {
        { Invoke-Backup ./documents -Repository ./nowhere, $first -ErrorAction Stop } | Should -Throw -ErrorId 'RepositoryNotFound*'
        (Invoke-Backup ./documents -Repository ./nowhere, ./neither -ErrorAction SilentlyContinue).Status | Should -Be 'Failed', 'Failed'
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'stores nothing with -WhatIf, but says for each what it would' {
        $state = Get-State
        $results = Invoke-Backup ./documents -Repository ./second, $first -WhatIf
        $results.IsDryRun | Should -Be $true, $true
        Get-State | Should -Be $state
    }

    It 'stores the output of a script block and of a program in each' {
        foreach ($result in Invoke-Backup -ScriptBlock { 'ä'; 'b' } -FileName out.txt -Repository ./second, $first) {
            Get-BackupItemContent $result.SnapshotId /out.txt -Repository $result.Repository | Should -Be 'ä', 'b'
        }
    }

    It 'refuses the same one twice, and those that cut files elsewhere' {
        Get-ErrorId ({ Invoke-Backup ./documents -Repository $first, $first } | Should -Throw -PassThru) | Should -Be 'ArgumentInvalid'
        $other = New-BackupRepository ./elsewhere -Password $Password -NotDefault
        $problem = { Invoke-Backup ./documents -Repository $first, $other } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        Get-Lock | Should -BeNullOrEmpty
        { Get-BackupSnapshot -Repository $first, $other } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
    }

    It 'completes each of them' {
        $text = 'Invoke-Backup ./documents -Repository ./second, '
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Contain "$Sandbox/backup"
        $text = 'Invoke-Backup ./documents -Repository $first, $second -Parent '
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Contain 'latest'
    }

    It 'does not wait for another command that writes to the same ones in another order' {
        $second = Connect-BackupRepository ./second -NotDefault
        $statuses = 1..4 | ForEach-Object -Parallel {
            Import-Module -Name $using:Manifest
            $both = $_ % 2 ? @($using:first, $using:second) : @($using:second, $using:first)
            (Invoke-Backup -LiteralPath "$using:Sandbox/documents" -Repository $both).Status
        } -ThrottleLimit 4
        $statuses.Count | Should -Be 8
        $statuses | Select-Object -Unique | Should -Be 'Succeeded'
    }
}
