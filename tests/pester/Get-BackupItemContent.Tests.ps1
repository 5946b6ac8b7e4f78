BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
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
