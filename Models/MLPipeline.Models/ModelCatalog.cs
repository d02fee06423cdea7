using System.Reflection;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models;

/// <summary>All networks, by name.</summary>
public static class ModelCatalog
{
    /// <summary>Every network, family by family, smaller names first.</summary>
    public static IReadOnlyList<ModelEntry> Entries { get; } = Collect();

    /// <summary>The network of that name, in any case.</summary>
    /// <exception cref="UnknownModelException">There is none; the message lists the names and the closest.</exception>
    public static ModelEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Entries.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UnknownModelException(name, [.. Entries.Select(e => e.Name)]);
    }

    /// <summary>Creates the network of that name: see <see cref="ModelEntry.Create"/>.</summary>
    /// <exception cref="UnknownModelException">There is none; the message lists the names and the closest.</exception>
    /// <exception cref="ArgumentException">An option is outside its range, or not for this network.</exception>
    public static Module<Tensor, Tensor> Create(string name, ModelOptions? options = null) => Find(name).Create(options);

    // Shorter names first: resnet50 before resnet101.
    private static ModelEntry[] Collect() =>
    [
        .. from type in typeof(ModelCatalog).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let facts = method.GetCustomAttribute<ModelAttribute>()
           where facts is not null
           orderby facts.Family, facts.Name.Length, facts.Name
           select new ModelEntry(facts, method.CreateDelegate<Func<ModelOptions, Module<Tensor, Tensor>>>()),
    ];
}
