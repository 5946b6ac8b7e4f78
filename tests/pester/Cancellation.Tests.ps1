BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
    $script:connect = "Connect-BackupRepository ./backup -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null"
}

AfterAll {
    Exit-Sandbox
}

Describe 'A backup that is stopped' {
    It 'releases its lock within a second, and leaves a repository that is sound' -Skip:($IsWindows) {
        $seconds = foreach ($i in 1..5) {
            $shell = New-Shell
            $shell.AddScript("$connect; Invoke-Backup -Command sh, -c, 'while :; do echo line; done' -FileName endless.txt") | Out-Null
            $running = $shell.BeginInvoke()
            while (-not (Get-Lock) -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
            Get-Lock | Should -Not -BeNullOrEmpty
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds
            $shell.Dispose()
            Get-Lock | Should -BeNullOrEmpty
        }

        # A second is what it should take. The median of five is judged, and has another second for a machine that does other things, too.
        ($seconds | Sort-Object)[2] | Should -BeLessThan 2 -Because "it took $seconds seconds"
        Test-BackupRepository | Should -BeTrue
        Get-BackupSnapshot | Where-Object { $_.Paths -contains '/endless.txt' -and -not $_.IsIncomplete } | Should -BeNullOrEmpty
    }

    It 'keeps what it has read of files for the next one' {
        New-Item -ItemType Directory -Path ./many | Out-Null
        1..40 | ForEach-Object { [IO.File]::WriteAllBytes("$Sandbox/many/$_", [Security.Cryptography.RandomNumberGenerator]::GetBytes(1MB)) }
        $shell = New-Shell
        $shell.AddScript("$connect; Invoke-Backup ./many -Method Hybrid -Quiesce { Set-Content -LiteralPath '$Sandbox/quiet' -Value 1; Start-Sleep -Seconds 50 } -Resume { }") | Out-Null
        $running = $shell.BeginInvoke()
        while (-not (Test-Path -LiteralPath ./quiet) -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
        $running.IsCompleted | Should -BeFalse
        $shell.Stop()
        $shell.Dispose()
        Get-Lock | Should -BeNullOrEmpty
        $result = Invoke-Backup ./many
        $result.Status | Should -Be 'Succeeded'
        $result.DataAdded | Should -BeLessThan 40MB
        Test-BackupRepository -ReadData | Should -BeTrue
    }

    It 'lets the application go on' -Skip:($IsWindows) {
        $mark = "$Sandbox/resumed"
        mkfifo "$Sandbox/fifo"
        $shell = New-Shell
        $shell.AddScript("$connect; `$mark = '$mark'; Invoke-Backup -Command cat, $Sandbox/fifo -FileName x -Method Offline -Quiesce { Set-Content -LiteralPath `"`$mark.quiet`" -Value 1 } -Resume { Set-Content -LiteralPath `$mark -Value 1 }") | Out-Null
        $running = $shell.BeginInvoke()
        while (-not (Test-Path -LiteralPath "$mark.quiet") -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
        $shell.Stop()
        $shell.Dispose()
        $mark | Should -Exist
        Get-Lock | Should -BeNullOrEmpty
    }
}

Describe 'A restore that is stopped' {
    It 'releases its lock, and goes on where it was' {
        1..20 | ForEach-Object { [IO.File]::WriteAllBytes("$Sandbox/documents/large$_", [Security.Cryptography.RandomNumberGenerator]::GetBytes(2MB)) }
        $result = Invoke-Backup ./documents
        $shell = New-Shell
        $shell.AddScript("$connect; while (`$true) { Restore-Backup $($result.SnapshotId) ./restored -Force -Verify }") | Out-Null
        $running = $shell.BeginInvoke()
        while (-not (Test-Path -Path "./restored$Sandbox/documents/large*") -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(5) }
        $running.IsCompleted | Should -BeFalse
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
        Get-Lock | Should -BeNullOrEmpty
        (Restore-Backup $result.SnapshotId ./restored -Force -Verify).Status | Should -Be 'Succeeded'
        foreach ($file in Get-ChildItem -Path ./documents -File) {
            (Get-FileHash -LiteralPath "./restored$($file.FullName)").Hash | Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash
        }
    }
}

Describe 'What is stopped before it does anything' {
    It 'ends, whatever it waits for: <_>' -ForEach @(
        'Test-BackupRepository -ReadData'
        'Get-BackupItem latest -Recurse'
        'Optimize-BackupRepository'
        'Copy-BackupSnapshot -DestinationRepository ./second'
    ) {
        if (-not (Test-Path -LiteralPath ./second)) { New-BackupRepository ./second -Password $Password -NotDefault | Out-Null }
        $shell = New-Shell
        $shell.AddScript("$connect; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; 'ready'; while (`$true) { $_ | Out-Null }") | Out-Null
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        while ($output.Count -eq 0 -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
        $running.IsCompleted | Should -BeFalse
        $shell.Stop()
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $shell.Dispose()
        $env:BACKUP_PASSWORD_FILE = $null
        Get-Lock | Should -BeNullOrEmpty
        Get-Lock second | Should -BeNullOrEmpty
    }
}
