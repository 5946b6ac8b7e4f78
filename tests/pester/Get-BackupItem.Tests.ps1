BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
}

Describe 'Get-BackupItem' {
    It 'lists a folder as Get-ChildItem does' {
        $items = Get-BackupItem latest $docs
        $items | Should -BeOfType 'Backup.PowerShell.Output.BackupItem'
        $items.Name | Sort-Object | Should -Be ((Get-ChildItem -LiteralPath $docs).Name | Sort-Object)
        ($items | Where-Object Name -EQ 'report.txt').Length | Should -Be (Get-Item -LiteralPath $docs/report.txt).Length
    }

    It 'lists a file as itself' {
        (Get-BackupItem latest "$docs/report.txt").Path | Should -Be "$docs/report.txt"
    }

    It 'goes into subfolders, as deep as it should' {
        (Get-BackupItem latest $docs -Recurse -File).Count | Should -Be 5
        (Get-BackupItem latest $docs -Recurse -Directory).Name | Should -Be 'photos'
        (Get-BackupItem latest $docs -Depth 0).Count | Should -Be 5
    }

    It 'expands wildcards, and not where it should not' {
        (Get-BackupItem latest "$docs/*.txt").Count | Should -Be 3
        (Get-BackupItem latest -LiteralPath "$docs/odd [1].txt").Name | Should -Be 'odd [1].txt'
        (Get-BackupItem latest "$docs/ph*" -Recurse).Name | Should -Be 'photos', 'a.jpg'
    }

    It 'takes a folder of a snapshot as the root' {
        (Get-BackupItem "latest:$docs" photos).Path | Should -Be "$docs/photos/a.jpg"
    }

    It 'says what is not there and goes on' {
        $items = Get-BackupItem latest /nowhere, "$docs/photos" -ErrorAction SilentlyContinue -ErrorVariable problems
        $items.Name | Should -Be 'a.jpg'
        Get-ErrorId $problems[0] | Should -Be 'ItemNotFound'
    }

    It 'is completed by path' {
        $text = "Get-BackupItem latest $docs/ph"
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Be "$docs/photos/"
    }
}
