BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second = New-DocumentHistory
    $script:docs = "$Sandbox/documents"
}

AfterAll {
    Exit-Sandbox
}

Describe 'Export-BackupItem' {
    It 'writes a folder as zip' {
        $file = Export-BackupItem latest $docs ./documents.zip
        $file.FullName | Should -Be "$Sandbox/documents.zip"
        Expand-Archive -LiteralPath documents.zip -DestinationPath unzipped
        (Get-ChildItem -Path unzipped -Recurse -Filter a.jpg).Length | Should -Be 256
    }

    It 'writes a file as it is, and nothing over an existing one' {
        Export-BackupItem latest "$docs/notes.txt" ./notes-old.txt | Out-Null
        Get-Content -LiteralPath notes-old.txt | Should -Be 'ä note'
        $problem = { Export-BackupItem latest "$docs/report.txt" ./notes-old.txt } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'DestinationExists'
        Export-BackupItem latest "$docs/report.txt" ./notes-old.txt -Force | Out-Null
        (Get-Content -LiteralPath notes-old.txt).Count | Should -Be 3
    }

    It 'writes nothing with -WhatIf' {
        Export-BackupItem latest / ./whatif.tar -WhatIf
        'whatif.tar' | Should -Not -Exist
    }
}
