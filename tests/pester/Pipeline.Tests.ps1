BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'A pipeline that ends early' {
    It 'leaves no lock after Select-Object -First' {
        (Get-BackupItem latest -Recurse | Select-Object -First 1).Name | Should -Not -BeNullOrEmpty
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'leaves no lock after -ErrorAction Stop' {
        { Invoke-Backup ./documents, ./nowhere -ErrorAction Stop } | Should -Throw
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'leaves no lock after a command behind it has thrown' {
        { Get-BackupItem latest -Recurse | ForEach-Object { throw 'oops' } } | Should -Throw 'oops'
        Get-Lock | Should -BeNullOrEmpty
        { Find-BackupItem *.txt | ForEach-Object { throw 'oops' } } | Should -Throw 'oops'
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'can use the repository behind itself' {
        $contents = Get-BackupItem latest -Recurse -File | Where-Object Name -Like *.txt | Get-BackupItemContent
        $contents.Count | Should -Be 4
    }

    It 'refuses to wait for itself' {
        $results = Get-BackupItem latest | ForEach-Object { Invoke-Backup ./documents }
        $results.Status | Should -Be 'Succeeded'
    }
}

Describe 'A backup that is stopped' {
    It 'releases its lock, and leaves a repository that is sound' -Skip:($IsWindows) {
        $shell = New-Shell
        $shell.AddScript("Connect-BackupRepository ./backup -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null; Invoke-Backup -Command sh, -c, 'while :; do echo line; done' -FileName endless.txt") | Out-Null
        $running = $shell.BeginInvoke()
        while (-not (Get-Lock) -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
        Get-Lock | Should -Not -BeNullOrEmpty
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $shell.Dispose()
        Get-Lock | Should -BeNullOrEmpty
        Test-BackupRepository | Should -BeTrue
        Get-BackupSnapshot | Where-Object { $_.Paths -contains '/endless.txt' -and -not $_.IsIncomplete } | Should -BeNullOrEmpty
    }

    It 'lets the application go on' -Skip:($IsWindows) {
        $mark = "$Sandbox/resumed"
        mkfifo "$Sandbox/fifo"
        $shell = New-Shell
        $shell.AddScript("Connect-BackupRepository ./backup -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null; `$mark = '$mark'; Invoke-Backup -Command cat, $Sandbox/fifo -FileName x -Method Offline -Quiesce { Set-Content -LiteralPath `"`$mark.quiet`" -Value 1 } -Resume { Set-Content -LiteralPath `$mark -Value 1 }") | Out-Null
        $running = $shell.BeginInvoke()
        while (-not (Test-Path -LiteralPath "$mark.quiet") -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
        $shell.Stop()
        $shell.Dispose()
        $mark | Should -Exist
        Get-Lock | Should -BeNullOrEmpty
    }
}

Describe 'Several runspaces' {
    It 'have defaults of their own' {
        New-BackupRepository ./two -Password $Password -NotDefault | Out-Null
        $one = New-Shell
        $two = New-Shell
        $connect = "Connect-BackupRepository ./{0} -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null"
        $one.AddScript($connect -f 'backup').Invoke() | Out-Null
        $two.AddScript($connect -f 'two').Invoke() | Out-Null
        $one.Commands.Clear(); $two.Commands.Clear()
        $two.AddScript('Remove-Module Backup').Invoke() | Out-Null
        $one.AddScript('(Get-BackupRepository -Connected).Location').Invoke() | Should -Be "$Sandbox/backup"
        (Get-BackupRepository -Connected | Where-Object IsDefault).Location | Should -Be "$Sandbox/backup"
        $one.Dispose()
        $two.Dispose()
    }

    It 'can share a connection' {
        $repository = Get-BackupRepository -Connected | Where-Object IsDefault
        $results = 1..4 | ForEach-Object -Parallel {
            Import-Module -Name $using:Manifest
            Invoke-Backup -LiteralPath "$using:Sandbox/documents" -Repository $using:repository -Tag "parallel$_"
        } -ThrottleLimit 4
        $results.Status | Should -Be 'Succeeded', 'Succeeded', 'Succeeded', 'Succeeded'
        Get-Lock | Should -BeNullOrEmpty
        Test-BackupRepository | Should -BeTrue
    }

    It 'can be thread jobs' {
        $repository = Get-BackupRepository -Connected | Where-Object IsDefault
        $job = Start-ThreadJob -ScriptBlock { Import-Module -Name $using:Manifest; Get-BackupSnapshot -Repository $using:repository }
        ($job | Receive-Job -Wait -AutoRemoveJob).Count | Should -BeGreaterThan 4
    }
}

Describe 'Preferences' {
    It 'are kept: a default repository, and no progress' {
        $PSDefaultParameterValues['*-Backup*:Repository'] = "$Sandbox/two"
        $env:BACKUP_PASSWORD = 'correct horse battery staple'
        try {
            Get-BackupSnapshot | Should -BeNullOrEmpty
        }
        finally {
            $PSDefaultParameterValues.Remove('*-Backup*:Repository')
            $env:BACKUP_PASSWORD = $null
        }
    }

    It 'hold in other cultures' {
        $output = pwsh -NoProfile -NonInteractive -Command "[cultureinfo]::CurrentCulture = 'tr-TR'; Import-Module '$Manifest'; `$env:BACKUP_PASSWORD = 'correct horse battery staple'; (Invoke-Backup '$Sandbox/documents' -Repository '$Sandbox/two' -ExcludeLargerThan 1MB).Status"
        $output | Should -Be 'Succeeded'
    }
}
