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

    It 'can write to the repository behind what reads it' {
        $results = Get-BackupItem latest | ForEach-Object { Invoke-Backup ./documents }
        $results.Status | Should -Be 'Succeeded'
    }

    It 'refuses to wait for itself' {
        $before = @(Get-BackupSnapshot).Count
        $problem = { Invoke-Backup -ScriptBlock { 'before'; Invoke-Backup ./documents } -FileName out.txt } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryBusy'
        $problem.CategoryInfo.Category | Should -Be 'ResourceBusy'
        $problem = { Invoke-Backup ./documents -Method Offline -Quiesce { Set-BackupSnapshot latest -AddTag x } -Resume { } } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'QuiesceFailed'
        "$problem" | Should -Match 'still writing'
        @(Get-BackupSnapshot).Count | Should -Be $before
        Get-Lock | Should -BeNullOrEmpty
        (Invoke-Backup ./documents).Status | Should -Be 'Succeeded' # it is free again
    }
}

Describe 'Preferences' {
    BeforeAll { New-BackupRepository ./two -Password $Password -NotDefault | Out-Null }

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

    It 'hold where the environment says nothing of languages' {
        $saved = $env:LC_ALL, $env:LANG
        $env:LC_ALL, $env:LANG = 'C', 'C'
        try {
            $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD = 'correct horse battery staple'; Invoke-Backup '$Sandbox/documents' -Repository '$Sandbox/backup' | Out-Null; (Get-BackupItemContent latest '$Sandbox/documents/notes.txt' -Repository '$Sandbox/backup').Length; (Get-Help Invoke-Backup).Synopsis"
        }
        finally {
            $env:LC_ALL, $env:LANG = $saved
        }

        $output[0] | Should -Be 6
        $output[1] | Should -BeLike 'Backs up files*'
    }

    It 'hold in other cultures' {
        $output = pwsh -NoProfile -NonInteractive -Command "[cultureinfo]::CurrentCulture = 'tr-TR'; Import-Module '$Manifest'; `$env:BACKUP_PASSWORD = 'correct horse battery staple'; (Invoke-Backup '$Sandbox/documents' -Repository '$Sandbox/two' -ExcludeLargerThan 1MB).Status"
        $output | Should -Be 'Succeeded'
    }
}
