BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'The module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest -Path $Manifest).Name | Should -Be 'Backup'
    }

    It 'exports cmdlets only, each with help of its own' {
        $module = Get-Module -Name Backup
        $module.ExportedCmdlets.Count | Should -BeGreaterThan 20
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'can be imported again' {
        { Import-Module -Name $Manifest -Force } | Should -Not -Throw
        (Get-Command -Module Backup).Count | Should -Be (Import-PowerShellDataFile -LiteralPath $Manifest).CmdletsToExport.Count
    }

    It 'warns of nothing when it is imported' {
        $warnings = pwsh -NoProfile -NonInteractive -Command "Import-Module -Name '$Manifest' 3>&1 2>&1"
        $warnings | Should -BeNullOrEmpty
    }

    It 'is found by the name of a command' {
        $folder = Get-ModuleFolder
        $module = pwsh -NoProfile -NonInteractive -Command "`$env:PSModulePath = '$folder' + [IO.Path]::PathSeparator + `$env:PSModulePath; (Get-Command -Name Invoke-Backup).Source"
        $module | Should -Be 'Backup'
    }

    It 'takes no name that PowerShell has already' {
        $others = pwsh -NoProfile -NonInteractive -Command "(Get-Command -CommandType Cmdlet, Function, Alias).Name"
        $others | Where-Object { $_ -in (Import-PowerShellDataFile -LiteralPath $Manifest).CmdletsToExport } | Should -BeNullOrEmpty
    }
}
