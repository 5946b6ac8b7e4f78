BeforeDiscovery {
    $missing = -not (Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:project = "$Root/module/Backup.PowerShell"
    $script:staged = Split-Path -Parent -Path $Manifest

    function Get-FileList {
        param([string] $Path)

        Get-ChildItem -LiteralPath $Path -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($Path, $_.FullName) } | Sort-Object
    }
}

AfterAll {
    Exit-Sandbox
}

Describe 'What is shipped' -Skip:$missing {
    It 'is published as it is staged' {
        dotnet publish $project -c Release --no-build -v quiet -o "$Sandbox/published" | Out-Host
        $LASTEXITCODE | Should -Be 0
        Get-FileList "$Sandbox/published" | Should -Be (Get-FileList $staged)
        foreach ($file in Get-FileList $staged) {
            (Get-FileHash -LiteralPath "$Sandbox/published/$file").Hash | Should -Be (Get-FileHash -LiteralPath "$staged/$file").Hash
        }
    }

    It 'is packed as it is staged, and works from the package' {
        dotnet pack $project -c Release --no-build -v quiet -p:PackageOutputPath="$Sandbox/packages/" | Out-Host
        $LASTEXITCODE | Should -Be 0
        $package = Get-Item -Path "$Sandbox/packages/Backup.*.nupkg"
        dotnet nuget push $package.FullName --source (New-Item -ItemType Directory -Path "$Sandbox/feed").FullName | Out-Host
        $LASTEXITCODE | Should -Be 0
        $data = Import-PowerShellDataFile -LiteralPath $Manifest
        $version = "$($data.ModuleVersion)-$($data.PrivateData.PSData.Prerelease)"
        $published = Get-ChildItem -Path "$Sandbox/feed" -Recurse -File -Filter *.nupkg
        $published.Name | Should -Be "Backup.$version.nupkg"

        Expand-Archive -LiteralPath $published.FullName -DestinationPath "$Sandbox/modules/Backup/$($data.ModuleVersion)"
        Get-FileList $staged | Where-Object { $_ -notin (Get-FileList "$Sandbox/modules/Backup/$($data.ModuleVersion)") } | Should -BeNullOrEmpty
        $count = pwsh -NoProfile -NonInteractive -Command "`$env:PSModulePath = '$Sandbox/modules'; (Get-Command -Module (Import-Module Backup -PassThru)).Count"
        $count | Should -Be $data.CmdletsToExport.Count
    }
}

Describe 'build.ps1' {
    It 'says what it needs' {
        pwsh -NoProfile -NonInteractive -File "$Root/build.ps1" -Task Publish 2>&1 | Out-String | Should -Match 'Publish where'
        if (-not (Get-Module -Name PSScriptAnalyzer -ListAvailable)) {
            pwsh -NoProfile -NonInteractive -File "$Root/build.ps1" -Task Analyze 2>&1 | Out-String | Should -Match 'PSScriptAnalyzer is not installed'
        }
    }
}
