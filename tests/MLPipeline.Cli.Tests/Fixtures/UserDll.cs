using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>Assemblies of a user's.</summary>
internal static class UserDll
{
    /// <summary>The one built with these tests, in a folder of its own, with a TorchSharp.dll and a further library beside it.</summary>
    public static string Path
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory);
            var configuration = framework.Parent!;
            var tests = configuration.Parent!.Parent!.Parent!;
            return System.IO.Path.Combine(tests.FullName, "UserNetworks", "bin", configuration.Name, framework.Name, "UserNetworks.dll");
        }
    }

    /// <summary>Writes an assembly without code that was built against another TorchSharp.</summary>
    public static string BuiltAgainstTorchSharp(Version version, string path)
    {
        var metadata = new MetadataBuilder();
        metadata.AddModule(0, metadata.GetOrAddString("Old.dll"), metadata.GetOrAddGuid(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), default, default);
        metadata.AddAssembly(metadata.GetOrAddString("Old"), new Version(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddAssemblyReference(metadata.GetOrAddString("TorchSharp"), version, default, default, default, default);
        metadata.AddTypeDefinition(
            default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder()).Serialize(image);
        File.WriteAllBytes(path, image.ToArray());
        return path;
    }
}
