using System.Reflection;
using MLPipeline.Export.Coverage;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Coverage;

/// <summary>What the analysis says of TorchSharp's code, against exports of it.</summary>
public sealed class CoverageClaimTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_method_of_one_tensor_alone_is_exported_or_refused_as_the_analysis_says()
    {
        var entries = CoverageReport.Create().Functions.Where(entry => entry.Status != CoverageStatus.LeftOut).ToDictionary(entry => (entry.Family, entry.Name));
        var methods = TensorMethods.Functions().Where(f => entries.ContainsKey((f.Family, f.Name)))
            .SelectMany(f => f.Overloads, (f, method) => (Entry: entries[(f.Family, f.Name)], Method: method)).Where(m => IsUnary(m.Method)).ToList();

        // Of several overloads another may be what is refused.
        var contradictions = methods.Where(m => CanBeExported(m.Method) != (m.Entry.Status != CoverageStatus.Refused) && m.Entry.Overloads == 1)
            .Select(m => $"{m.Entry.Family}.{m.Entry.Name}: {m.Entry.Status}");

        Assert.Empty(contradictions);
        Assert.InRange(methods.Count, 150, 400);
    }

    // In-place forms have the converters of the plain ones.
    private static bool IsUnary(MethodInfo method) => !method.ContainsGenericParameters && !method.Name.EndsWith('_') && method.ReturnType == typeof(Tensor) && (method.IsStatic
        ? method.GetParameters() is [{ ParameterType: var only }] && only == typeof(Tensor)
        : method.GetParameters().Length == 0 && method.DeclaringType == typeof(Tensor));

    // Not verified: whether the numbers are right is shown for each converter elsewhere.
    private bool CanBeExported(MethodInfo method)
    {
        using var scope = NewDisposeScope();
        var operation = method.CreateDelegate<Func<Tensor, Tensor>>();
        using var net = new Of((_, x) => operation(x));
        var options = new OnnxExportOptions { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>(), Verify = false };
        // Some take numbers above 1, some integers, some truth values, some images.
        Tensor[] examples = [rand(3, 3) + 1, arange(9).reshape(3, 3), rand(3, 3) > 0.5, rand(1, 2, 3, 3)];
        return examples.Any(example =>
        {
            try
            {
                OnnxExporter.Export(net, [example], _folder.ModelPath, options, cancellationToken: TestContext.Current.CancellationToken);
                return true;
            }
            catch (Exception e) when (e is ExportException or System.Runtime.InteropServices.ExternalException)
            {
                return false;
            }
        });
    }
}
