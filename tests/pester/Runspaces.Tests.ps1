BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
}

AfterAll {
    Exit-Sandbox
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
