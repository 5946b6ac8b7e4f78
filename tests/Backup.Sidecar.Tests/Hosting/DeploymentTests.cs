using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Backup.Sidecar.CommandLine;
using Backup.Sidecar.Configuration;
using Backup.Sidecar.Endpoints;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace Backup.Sidecar.Tests.Hosting;

/// <summary>The samples of components, manifests and the image fit the program.</summary>
public sealed class DeploymentTests
{
    private static readonly string[] Kinds = ["Component", "Subscription", "Resiliency", "StatefulSet", "CronJob", "ConfigMap", "Service"];

    private static readonly string[] Folders = ["components", "sidecar/kubernetes"];

    [Fact]
    public void Every_resource_is_one_that_dapr_or_kubernetes_knows()
    {
        (string File, YamlMappingNode Root)[] documents = [.. Documents()];

        Assert.True(documents.Length > 15);
        Assert.All(documents, document =>
        {
            Assert.NotEqual("", Text(document.Root, "apiVersion"));
            Assert.NotEqual("", Text(document.Root, "metadata", "name"));
            Assert.Contains(Text(document.Root, "kind"), Kinds);
            if (Text(document.Root, "kind") == "Component")
            {
                Assert.Equal("dapr.io/v1alpha1", Text(document.Root, "apiVersion"));
                Assert.Matches("^(state|pubsub|bindings|secretstores|configuration)\\.", Text(document.Root, "spec", "type"));
                Assert.Equal("v1", Text(document.Root, "spec", "version"));
                Assert.All(Items(document.Root, "spec", "metadata"), item => Assert.NotEqual("", Text(item, "name")));
            }
        });
    }

    [Theory]
    [InlineData("components/local")]
    [InlineData("components/kubernetes")]
    public void Components_have_the_names_that_the_service_takes_by_default(string folder)
    {
        var settings = new DaprSettings();

        string[] names = [.. Documents(folder).Where(document => Text(document.Root, "kind") == "Component").Select(document => Text(document.Root, "metadata", "name"))];

        Assert.Contains(settings.PubSub, names);
        Assert.Contains("backup-state", names);
    }

    [Fact]
    public async Task The_declared_subscription_leads_where_the_service_would_have_it()
    {
        await using DaprService dapr = await DaprService.StartAsync();
        JsonElement own = Assert.Single((await dapr.Service.GetAsync("/dapr/subscribe")).Expect(200).Json.EnumerateArray());
        YamlMappingNode declared = Documents().Single(document => Text(document.Root, "kind") == "Subscription").Root;

        Assert.Equal("dapr.io/v2alpha1", Text(declared, "apiVersion"));
        Assert.Equal(own.GetProperty("pubsubname").GetString(), Text(declared, "spec", "pubsubname"));
        Assert.Equal(own.GetProperty("topic").GetString(), Text(declared, "spec", "topic"));
        Assert.Equal(own.GetProperty("route").GetString(), Text(declared, "spec", "routes", "default"));
        Assert.Equal(own.GetProperty("deadLetterTopic").GetString(), Text(declared, "spec", "deadLetterTopic"));
    }

    [Fact]
    public void Dapr_finds_the_central_service_where_it_listens_and_its_configuration_makes_sense()
    {
        YamlMappingNode template = Node<YamlMappingNode>(Single("sidecar/kubernetes/central.yaml"), "spec", "template");
        YamlMappingNode container = Items(template, "spec", "containers").Single();
        YamlMappingNode map = Single("sidecar/kubernetes/configuration.yaml");
        using ServiceConfiguration configuration = Configured(new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Text(map, "data", "backup.json")))));

        Assert.Equal("true", Text(template, "metadata", "annotations", "dapr.io/enabled"));
        Assert.Equal(Text(container, "ports", "0", "containerPort"), Text(template, "metadata", "annotations", "dapr.io/app-port"));
        Assert.Equal(new Uri(new ServiceOptions().Listen).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), Text(container, "ports", "0", "containerPort"));
        Assert.Equal(Text(map, "metadata", "name"), Text(Items(template, "spec", "volumes").Single(volume => Text(volume, "name") == "configuration"), "configMap", "name"));
        Assert.Equal(Text(template, "metadata", "annotations", "dapr.io/app-token-secret"), Text(Variable(container, "APP_API_TOKEN"), "valueFrom", "secretKeyRef", "name"));
        Assert.Equal("0.0.0.0", new Uri(Text(Variable(container, "Backup__Listen"), "value")).Host); // or the probes would not reach it
        Assert.All(HealthEndpoints.Paths, path => Assert.Contains(path, Probes(container)));
        Assert.All(ReferencesOf(configuration.Current), store => Assert.Contains(store, Documents("components").Select(document => Text(document.Root, "metadata", "name"))));
        Assert.True(
            Seconds(template, "metadata", "annotations", "dapr.io/block-shutdown-duration") >= Seconds(Variable(container, "Backup__GracePeriod"), "value") + 20
            && Seconds(template, "spec", "terminationGracePeriodSeconds") > Seconds(template, "metadata", "annotations", "dapr.io/block-shutdown-duration"));
        Assert.True(configuration.Current.Dapr.HasClaims, "There are two replicas, which have to share their jobs.");
        Assert.Contains(configuration.Current.Dapr.ClaimStore, Documents("components/kubernetes").Select(document => Text(document.Root, "metadata", "name")));
    }

    /// <summary>The components that policies and repositories name.</summary>
    private static IEnumerable<string> ReferencesOf(ServiceOptions options) =>
    [
        .. options.Repositories.Values.Select(repository => repository.Location["dapr:".Length..]),
        .. options.Policies.Values.SelectMany(policy => policy.Backup?.Sources ?? []).Select(source => source.State?.Store).OfType<string>(),
    ];

    private static string[] Probes(YamlMappingNode container) =>
        [Text(container, "readinessProbe", "httpGet", "path"), Text(container, "livenessProbe", "httpGet", "path")];

    private static YamlMappingNode Variable(YamlMappingNode container, string name) =>
        Items(container, "env").Single(variable => Text(variable, "name") == name);

    private static int Seconds(YamlNode node, params string[] path) =>
        int.Parse(Text(node, path).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("sidecar/kubernetes/central.yaml")]
    [InlineData("sidecar/kubernetes/sidecar.yaml")]
    [InlineData("sidecar/kubernetes/cronjob.yaml")]
    public void The_program_has_no_rights_that_it_does_not_need_and_understands_how_it_is_started(string file)
    {
        YamlMappingNode root = Single(file);
        YamlMappingNode pod = Text(root, "kind") == "CronJob"
            ? Node<YamlMappingNode>(root, "spec", "jobTemplate", "spec", "template", "spec")
            : Node<YamlMappingNode>(root, "spec", "template", "spec");
        YamlMappingNode container = Items(pod, "containers").Single(one => Text(one, "image").StartsWith("backup-sidecar", StringComparison.Ordinal));
        string[] arguments = [.. Node<YamlSequenceNode>(container, "args").Select(argument => argument.ToString())];

        Assert.Equal("true", Text(container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", Text(container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("false", Text(pod, "automountServiceAccountToken"));
        Assert.Equal("true", Text(pod, "securityContext", "runAsNonRoot") + Text(container, "securityContext", "runAsNonRoot"));
        Assert.Empty(new CommandTree(new SidecarInProcess().NewSession()).Parse(arguments).Errors);
    }

    [Fact]
    public void The_environment_of_the_sidecar_is_a_configuration_that_makes_sense()
    {
        YamlMappingNode pod = Node<YamlMappingNode>(Single("sidecar/kubernetes/sidecar.yaml"), "spec", "template", "spec");
        YamlMappingNode container = Items(pod, "containers").Single(one => Text(one, "name") == "backup");
        Dictionary<string, string?> settings = Items(container, "env").ToDictionary(
            variable => Text(variable, "name").Replace("__", ":", StringComparison.Ordinal), variable => (string?)Text(variable, "value"));
        settings["Backup:Repositories:main:Location"] = "/backup"; // what -r, -p and --root say
        settings["Backup:Repositories:main:PasswordFile"] = "/run/secrets/backup/password";
        settings["Backup:Roots:0"] = "/data";

        using ServiceConfiguration configuration = Configured(new ConfigurationBuilder().AddInMemoryCollection(settings));

        Assert.Equal(14, configuration.Current.Policies["nightly"].Backup?.Retention?.KeepDaily);
        Assert.Equal("shop", configuration.Current.Policies["nightly"].Backup?.Application);
    }

    [FactIfOnPath("bash", "grep")]
    public async Task The_probe_of_the_sidecar_tells_whether_the_service_is_well()
    {
        YamlMappingNode pod = Node<YamlMappingNode>(Single("sidecar/kubernetes/sidecar.yaml"), "spec", "template", "spec");
        YamlMappingNode container = Items(pod, "containers").Single(one => Text(one, "name") == "backup");
        string[] command = [.. Node<YamlSequenceNode>(container, "livenessProbe", "exec", "command").Select(part => Assert.IsType<YamlScalarNode>(part).Value ?? "")];
        await using RunningService service = await RunningService.StartAsync();
        string port = service.Service.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] arguments = [.. command[1..].Select(part => part.Replace("/8090", "/" + port, StringComparison.Ordinal))];

        int alive = Exit(command[0], arguments);
        await service.StopAsync();
        int gone = Exit(command[0], arguments);

        Assert.Equal(0, alive);
        Assert.NotEqual(0, gone);

        static int Exit(string program, string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
                ?? throw new InvalidOperationException($"{program} did not start.");
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    [Fact]
    public void The_local_configuration_makes_sense_and_names_components_that_are_there()
    {
        using ServiceConfiguration configuration = Configured(new ConfigurationBuilder().AddJsonFile(SourceTree.Combine("components/local/backup.json")));
        string[] names = [.. Documents("components/local").Select(document => Text(document.Root, "metadata", "name"))];

        Assert.Contains(configuration.Current.Repositories["main"].Location["dapr:".Length..], names);
        Assert.Contains(configuration.Current.Repositories["main"].PasswordSecret?.Store, names);
        Assert.All(configuration.Current.Dapr.Bindings.Keys, binding => Assert.Contains(binding, names));
        Assert.Contains(configuration.Current.Dapr.ClaimStore, names);
    }

    [Fact]
    public void The_program_asks_its_runtime_to_be_sparing_with_memory()
    {
        using var configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "backup-sidecar.runtimeconfig.json")));

        JsonElement properties = configuration.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.InRange(properties.GetProperty("System.GC.Gen0MaxBudget").GetInt32(), 1 << 20, 16 << 20);
        Assert.InRange(properties.GetProperty("System.GC.ConserveMemory").GetInt32(), 1, 9);
        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
    }

    [FactIfOnPath("dotnet")]
    [Trait("Category", "Slow")]
    public void The_image_is_built_by_a_command_that_works()
    {
        using var folder = new TempFolder();
        string command = File.ReadLines(SourceTree.Combine("sidecar/Dockerfile")).Single(line => line.StartsWith("RUN dotnet publish ", StringComparison.Ordinal));
        string entry = File.ReadLines(SourceTree.Combine("sidecar/Dockerfile")).Single(line => line.StartsWith("ENTRYPOINT ", StringComparison.Ordinal));
        string[] start = JsonSerializer.Deserialize<string[]>(entry["ENTRYPOINT ".Length..]) ?? [];
        string[] publish = [.. command["RUN dotnet ".Length..].Split(' ').Select(argument => argument == "/app" ? folder.Combine("app") : argument)];

        ExternalProgram.Named("dotnet", SourceTree.Root).Run([.. publish, "--artifacts-path", folder.Combine("artifacts")]);
        string version = ExternalProgram.Named(start[0], folder.FullName).Run([.. start[1..].Select(argument => argument.Replace("/app", folder.Combine("app"), StringComparison.Ordinal)), "version"]);

        Assert.StartsWith("backup", version, StringComparison.Ordinal);
    }

    private static ServiceConfiguration Configured(IConfigurationBuilder builder) => new(builder.Build(), _ => { });

    /// <summary>What a file is about; the service that others find it by aside.</summary>
    private static YamlMappingNode Single(string file) =>
        Documents().Single(document => document.File == file && Text(document.Root, "kind") != "Service").Root;

    private static IEnumerable<(string File, YamlMappingNode Root)> Documents() => Folders.SelectMany(Documents);

    private static IEnumerable<(string File, YamlMappingNode Root)> Documents(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(SourceTree.Combine(folder), "*.yaml", SearchOption.AllDirectories))
        {
            var stream = new YamlStream();
            using StreamReader reader = File.OpenText(file);
            stream.Load(reader);
            foreach (YamlDocument document in stream.Documents)
            {
                yield return (Path.GetRelativePath(SourceTree.Root, file).Replace('\\', '/'), (YamlMappingNode)document.RootNode);
            }
        }
    }

    private static IEnumerable<YamlMappingNode> Items(YamlNode node, params string[] path) =>
        TryFind(node, path) is YamlSequenceNode items ? items.Cast<YamlMappingNode>() : [];

    private static T Node<T>(YamlNode node, params string[] path)
        where T : YamlNode => Assert.IsType<T>(TryFind(node, path));

    /// <summary>The text at a path of names and indexes; empty if there is none.</summary>
    private static string Text(YamlNode node, params string[] path) => TryFind(node, path) is YamlScalarNode scalar ? scalar.Value ?? "" : "";

    private static YamlNode? TryFind(YamlNode node, string[] path)
    {
        YamlNode? found = node;
        foreach (string part in path)
        {
            found = found switch
            {
                YamlMappingNode mapping => mapping.Children.TryGetValue(new YamlScalarNode(part), out YamlNode? child) ? child : null,
                YamlSequenceNode sequence => sequence.Children[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)],
                _ => null,
            };
        }

        return found;
    }
}
