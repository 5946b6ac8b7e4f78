using System.Reflection;
using Backup.HelpBuilder;

if (args is not ([_, _, _] or [_, _, "--update"]))
{
    Console.Error.WriteLine("usage: HelpBuilder MODULE.dll PAGES TARGET: writes help. HelpBuilder MODULE.dll PAGES --update: writes the syntax in the pages.");
    return 2;
}

Assembly module = Assembly.LoadFrom(Path.GetFullPath(args[0]));
var pages = new HelpFolder(args[1]);
if (args[2] == "--update")
{
    pages.Update(module);
}
else
{
    pages.Build(module, args[2]);
}

return 0;
