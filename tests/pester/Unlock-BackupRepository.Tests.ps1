BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Unlock-BackupRepository' {
    It 'removes nothing where nothing is locked' {
        (Unlock-BackupRepository).LocksRemoved | Should -Be 0
    }

    It 'removes locks of those who still work with -Force only' -Skip:($IsWindows) {
        $shell = New-Shell
        $shell.AddScript("Connect-BackupRepository ./backup -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null; Invoke-Backup -Command sh, -c, 'while :; do echo line; done' -FileName endless.txt") | Out-Null
        $running = $shell.BeginInvoke()
        try {
            while (-not (Get-Lock) -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
            (Unlock-BackupRepository).LocksRemoved | Should -Be 0
            $problem = { Optimize-BackupRepository } | Should -Throw -PassThru
            Get-ErrorId $problem | Should -Be 'RepositoryLocked'
            $problem.CategoryInfo.Category | Should -Be 'ResourceBusy'
            (Unlock-BackupRepository -Force).LocksRemoved | Should -Be 1
        }
        finally {
            $shell.Stop()
            $shell.Dispose()
        }
    }
}
