/// The routes that every entity has: list, one, create, PUT, PATCH, void. From the declaration alone they are complete; a module hangs its
/// rules on the hooks (contract README decisions 1 and 8, contract/sync.md "Versions").
#pragma once

#include "common/records/draft.hpp"
#include "common/records/list.hpp"
#include "common/records/route.hpp"

#include <memory>

namespace himsog::records {

/// What a module adds to a collection. Every hook may be empty.
struct Rules {
    /// Field rules beyond the declaration, on the I/O thread; may change the draft. A problem ends the request; errors may also go into the draft.
    std::function<std::optional<Problem>(Draft& draft, Mode mode, Call const& call)> check;
    /// On the writer thread, before the insert: duplicates, references beyond existence. `row` is complete and may be changed.
    std::function<std::optional<Problem>(journal::Writer& writer, Uuid const& id, journal::Values& row, Draft const& draft)> admit;
    /// On the writer thread, before an update: `before` is what is stored, `after` what would be.
    std::function<std::optional<Problem>(journal::Writer& writer, Uuid const& id, journal::Values const& before, journal::Values& after,
                                         Draft const& draft)>
        revise;
    /// On the writer thread, before a void.
    std::function<std::optional<Problem>(journal::Writer& writer, Uuid const& id, journal::Values const& row)> remove;
    /// A reference that does not exist; default: 400 on the field.
    std::function<Problem(journal::Field const& field, Uuid const& id)> missing;
};

struct Collection {
    Collection(Shape const& looks, std::string where) : shape{looks}, path{std::move(where)}, scope{everything()} {}

    Shape const& shape;
    std::string path;         // "/api/patients/medical-records/"
    journal::Roles read = 0;  // 0: the entity's readers and writers
    journal::Roles write = 0;
    journal::Roles remove = 0;
    Scope scope;
    Rules rules;
    Envelope create_envelope = Envelope::plain;
    /// "record": the created object inside {"detail":…,"record":{…}}; "" = bare. Likewise for updates.
    std::string created_in;
    std::string updated_in;
    /// Whose filters count; default: everybody's. Patients' own lists take none.
    journal::Roles filtering = every_role;
};

/// The Collection is kept by its routes; the Shape must outlive them.
std::vector<Route> collection(Collection made);

/// Checks If-Match against a row: 412 with the current record when it has moved (`current` renders it).
std::optional<Problem> check_if_match(journal::Writer& writer, journal::Entity const& entity, Uuid const& id, std::string_view if_match);

}  // namespace himsog::records
