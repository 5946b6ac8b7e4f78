BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
}

AfterAll {
    Exit-Sandbox
}

Describe 'New-BackupRepository' {
    It 'creates a repository and connects to it' {
        $repository = New-BackupRepository ./new -Password $Password
        $repository | Should -BeOfType 'Backup.PowerShell.Output.BackupRepository'
        $repository.IsConnected | Should -BeTrue
        $repository.IsDefault | Should -BeTrue
        $repository.Id.Length | Should -Be 64
        $repository.FormatVersion | Should -Be 2
        $repository.Location | Should -Be (Join-Path -Path $Sandbox -ChildPath 'new')
    }

    It 'takes paths of PowerShell, drives included' {
        New-PSDrive -Name Box -PSProvider FileSystem -Root $Sandbox -Scope Script | Out-Null
        (New-BackupRepository Box:/drive -Password $Password).Location | Should -Be (Join-Path -Path $Sandbox -ChildPath 'drive')
        Remove-PSDrive -Name Box
    }

    It 'never overwrites one' {
        $problem = { New-BackupRepository ./new -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'RepositoryExists'
        $problem.CategoryInfo.Category | Should -Be 'ResourceExists'
    }

    It 'creates nothing with -WhatIf' {
        New-BackupRepository ./whatif -Password $Password -WhatIf | Should -BeNullOrEmpty
        'whatif' | Should -Not -Exist
    }

    It 'can write version 1' {
        (New-BackupRepository ./old -Password $Password -FormatVersion 1 -NotDefault).FormatVersion | Should -Be 1
    }

    It 'can share the way files are cut' {
        $first = New-BackupRepository ./first -Password $Password -NotDefault
        $second = New-BackupRepository ./second -Password $Password -CopyChunkerFrom $first
        $bytes = [Security.Cryptography.RandomNumberGenerator]::GetBytes(3MB)
        Invoke-Backup -ScriptBlock { , $bytes } -FileName large -Repository $first | Out-Null
        Invoke-Backup -ScriptBlock { , $bytes } -FileName large -Repository $second | Out-Null
        (Copy-BackupSnapshot -Repository $first -DestinationRepository $second).SizeCopied | Should -BeLessThan 100KB
    }

    It 'refuses a path that is not of the file system' {
        $problem = { New-BackupRepository Env:/repository -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PathNotFileSystem'
    }
}
